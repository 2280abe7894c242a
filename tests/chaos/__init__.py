"""The experiment behind ``manage.py chaos_messages``: real processes, killed at any moment."""
