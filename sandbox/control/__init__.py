"""The control API below `/sandbox/`: robots, faults, and what really happened."""
