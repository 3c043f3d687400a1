"""What `make bench` measures: every figure as a ratio to something measured in the same run."""
