"""Pages about messages."""

from mentoring.messaging.views.links import dead_link

__all__ = ["dead_link"]
