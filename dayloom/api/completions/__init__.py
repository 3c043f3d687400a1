"""The OpenAI-compatible door: any chat client can talk to dayloom through Chat Completions."""
