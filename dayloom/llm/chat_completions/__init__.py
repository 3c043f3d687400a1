"""OpenAI's Chat Completions, which many servers speak: one protocol among those a model may be asked by."""
