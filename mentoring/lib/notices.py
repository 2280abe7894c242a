"""What a page says after something was done, with a way back where there is one (R75: undo).

The undo address rides in the message's tags; `undo_address` finds it again for the banner.
"""

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest

UNDO = "undo:"


def say(request: HttpRequest, text: str, *, level: int = messages.SUCCESS) -> None:
    """Show `text` at the top of the next page."""
    messages.add_message(request, level, text)


def say_with_undo(request: HttpRequest, text: str, undo_url: str) -> None:
    """Show `text` with an Undo button. `undo_url` is an address of ours that takes POST and can be sent twice."""
    messages.add_message(request, messages.SUCCESS, text, extra_tags=UNDO + undo_url)


def undo_address(message: Message) -> str:
    """Where the message's Undo button posts to, or "" if it has none."""
    tags = (message.extra_tags or "").split()
    return next((tag.removeprefix(UNDO) for tag in tags if tag.startswith(UNDO + "/")), "")
