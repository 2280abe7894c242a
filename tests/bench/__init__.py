"""Benchmarks: measured by hand, against the naive ways in the same run."""
