"""Everything the model reads, and every sentence the agent itself says: pure functions of the state."""
