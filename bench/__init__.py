"""Benchmarks, as ratios to a baseline measured in the same run, with the machine and its noise.

`python -m bench` runs all of them, `python -m bench answer` one. Linux only: they read /proc.
"""
