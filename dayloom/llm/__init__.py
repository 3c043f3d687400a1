"""Language models the agent can think with: which one is asked, how often, and by which protocol."""
