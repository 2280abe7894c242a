"""Benchmarks: the only place in the tree that speaks of times. pytest collects nothing here."""
