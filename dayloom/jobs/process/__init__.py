"""Attempts that a program carries out: started, limited, watched, and ended with everything they have started."""
