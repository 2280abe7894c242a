"""Writes about recruiting, by noun."""

from mentoring.recruitment.services.adverts import AdvertDetails, change_advert, place_advert
from mentoring.recruitment.services.applications import Offer, apply, withdraw
from mentoring.recruitment.services.decisions import decide, undo_decisions
from mentoring.recruitment.services.invitations import invite, take_back_invitations

__all__ = [
    "AdvertDetails",
    "Offer",
    "apply",
    "change_advert",
    "decide",
    "invite",
    "place_advert",
    "take_back_invitations",
    "undo_decisions",
    "withdraw",
]
