"""App configuration."""

from importlib import import_module

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "mentoring.contacts"

    def ready(self) -> None:
        """Make this app's letters known."""
        import_module("mentoring.contacts.letters")
