"""The vocabulary: frozen values, no I/O, imports nothing of ours."""
