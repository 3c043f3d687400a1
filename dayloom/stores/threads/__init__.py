"""A run's hold on its thread, and one commit a step."""
