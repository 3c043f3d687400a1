"""LangGraph's Agent Server API: its routes, bodies, streams and statuses."""
