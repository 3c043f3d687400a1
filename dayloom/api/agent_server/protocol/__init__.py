"""The v2 protocol of LangGraph's Agent Server (`@langchain/protocol`), as a translation of runs and their logs."""
