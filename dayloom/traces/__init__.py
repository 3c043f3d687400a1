"""How the service can be watched: metrics, spans, logs; none of them holds a person's words or a secret."""
