"""OpenAI-compatible routes: any chat client can talk to dayloom through Chat Completions."""
