"""The machine: the routing table, how it is built, and the agent that runs it."""
