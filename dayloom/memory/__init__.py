"""What is remembered of a person beyond their threads: experiences and skills, in LangGraph's long-term memory."""
