"""Contenders. Each module is run by worker.py in its own process and environment, and imports only its own."""
