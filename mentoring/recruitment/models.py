"""Recruiting next year's mentors: adverts, invitations, applications."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.registry import ACTIVITY, CHOICE, LINK, OWN_WORDS, SETTING, STUDY, Erase, declare
from mentoring.participation.models import Participant
from mentoring.recruitment.states import ApplicationState
from schemes.models import Cohort, Programme


class Advert(models.Model):
    """A call for mentors of a cohort, open between two days."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="adverts")
    slug = models.SlugField(unique=True)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("what mentoring is, and what you get from it"))
    opens_on = models.DateField(_("opens"))
    closes_on = models.DateField(_("closes"))

    personal_data = declare(
        id=SETTING,
        cohort=SETTING,
        slug=SETTING,
        title=SETTING,
        text=SETTING,
        opens_on=SETTING,
        closes_on=SETTING,
    )

    class Meta:
        ordering: ClassVar = ["-opens_on"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(closes_on__gte=models.F("opens_on")), name="advert_closes_after_open")
        ]

    def __str__(self) -> str:
        return self.title


class Invitation(models.Model):
    """This year's mentee was invited to become next year's mentor (R15)."""

    advert = models.ForeignKey(Advert, on_delete=models.CASCADE, related_name="invitations")
    mentee = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="invitations")
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    personal_data = declare("mentee__user", id=LINK, advert=LINK, mentee=LINK, invited_at=ACTIVITY, invited_by=LINK)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["advert", "mentee"], name="one_invitation_a_person")]

    def __str__(self) -> str:
        return f"{self.mentee_id} to {self.advert_id}"


class Application(models.Model):
    """Somebody offers to mentor. Accepting it enrols them in the cohort as ``participant``."""

    advert = models.ForeignKey(Advert, on_delete=models.PROTECT, related_name="applications")
    applicant = models.ForeignKey(User, on_delete=models.CASCADE, related_name="applications")
    state = models.CharField(max_length=16, choices=ApplicationState, default=ApplicationState.SUBMITTED)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+", verbose_name=_("course"))
    year_of_study = models.PositiveSmallIntegerField(_("year of study as a mentor"))
    campus = models.CharField(_("campus"), max_length=64, blank=True)
    places_offered = models.PositiveSmallIntegerField(_("how many new students"), default=4)
    why = models.TextField(_("why you would like to be a mentor"), max_length=2000, blank=True)
    submitted_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    participant = models.OneToOneField(Participant, on_delete=models.SET_NULL, null=True, related_name="application")

    personal_data = declare(
        "applicant",
        id=LINK,
        advert=LINK,
        applicant=LINK,
        state=ACTIVITY,
        programme=STUDY.but(Erase.KEEP),
        year_of_study=STUDY.but(Erase.KEEP),
        campus=STUDY,
        places_offered=CHOICE,
        why=OWN_WORDS,
        submitted_at=ACTIVITY,
        decided_at=ACTIVITY,
        decided_by=LINK,
        participant=LINK,
    )

    class Meta:
        ordering: ClassVar = ["submitted_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["advert", "applicant"], name="one_application_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.applicant} for {self.advert_id}"
