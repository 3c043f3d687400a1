"""Jobs: durable work that outlives conversations, and what carries it out."""
