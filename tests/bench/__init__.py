"""Benchmarks: the only place in the tree that speaks of times, against the naive ways in the same run.

pytest collects nothing here but one cheap run of each harness.
"""
