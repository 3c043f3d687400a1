"""LangGraph's checkpoint saver on plain Redis."""
