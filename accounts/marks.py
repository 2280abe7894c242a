"""By what a browser tells two people apart, without learning who either is."""

from django.utils.crypto import salted_hmac

from accounts.models import User

LENGTH = 32


def mark_of(person: User, purpose: str) -> str:
    """A keyed hash of somebody, the same each time for one purpose, and of no use for another."""
    return salted_hmac(f"accounts.marks:{purpose}", str(person.pk)).hexdigest()[:LENGTH]
