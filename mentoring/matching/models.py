"""Runs of the engine, their proposals, the matches they became, and swaps."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.encryption import EncryptedJSONField
from accounts.models import User
from accounts.registry import ACTIVITY, CHOICE, CONFIDENCE, LINK, SETTING, Erase, declare
from mentoring.lib.jobs import LongJob
from mentoring.matching.states import KNOWN, LIVE, EndReason, MatchState, RunState, SwapState
from mentoring.participation.models import Participant
from schemes.models import Cohort, Unit


class Run(LongJob):
    """One working-out of who could mentor whom. It can be repeated from seed and digest.

    It is about the students and mentors of ``unit`` and below: a coordinator's run reaches no
    further than the coordinator (R90). ``publish_at`` is when a published run is announced; until
    then it can be undone.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="runs")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="runs")
    state = models.CharField(max_length=16, choices=RunState, default=RunState.SOLVING)
    seed = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64, blank=True)
    engine_version = models.CharField(max_length=64, blank=True)
    vector = models.JSONField(default=list)
    bounds = models.JSONField(default=list)
    is_proven = models.BooleanField(default=False)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    publish_at = models.DateTimeField(null=True)
    announced_at = models.DateTimeField(null=True)

    personal_data = declare(
        "requested_by",
        id=LINK,
        cohort=LINK,
        unit=LINK,
        state=SETTING,
        seed=SETTING,
        digest=SETTING,
        engine_version=SETTING,
        vector=SETTING,
        bounds=SETTING,
        is_proven=SETTING,
        requested_by=LINK,
        published_by=LINK,
        published_at=ACTIVITY,
        publish_at=ACTIVITY,
        announced_at=ACTIVITY,
        **LongJob.JOB_FIELDS,
    )

    class Meta:
        ordering: ClassVar = ["-queued_at", "-pk"]

    def __str__(self) -> str:
        return f"run {self.pk} of {self.cohort_id}"


class Proposal(models.Model):
    """A draft's outcome for one mentee: a mentor, or none, with the reasons as codes.

    ``reasons`` holds counts and codes only, never an attribute or its value: see ``rules``.
    A locked one without a mentor is left out by choice. ``moved_…`` is its last move by hand.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="proposals")
    mentee = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    mentor = models.ForeignKey(Participant, on_delete=models.CASCADE, null=True, related_name="+")
    is_locked = models.BooleanField(default=False)
    moved_from = models.ForeignKey(Participant, on_delete=models.SET_NULL, null=True, related_name="+")
    moved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    moved_at = models.DateTimeField(null=True)
    strength = models.CharField(max_length=8, blank=True)
    reasons = models.JSONField(default=dict)

    personal_data = declare(
        "mentee__user",
        id=LINK,
        run=LINK,
        mentee=LINK,
        mentor=LINK,
        is_locked=SETTING,
        moved_from=LINK,
        moved_by=LINK,
        moved_at=ACTIVITY,
        strength=SETTING,
        reasons=ACTIVITY,
    )

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "mentee"], name="one_proposal_a_mentee")]
        indexes: ClassVar = [models.Index(fields=["run", "mentor"], name="proposal_by_group")]

    def __str__(self) -> str:
        return f"{self.mentee_id} with {self.mentor_id}"


class MatchQuerySet(models.QuerySet["Match"]):
    def live(self) -> "MatchQuerySet":
        """Not ended, and both still take part: an opt-out works at once, with no callback."""
        return self.filter(state__in=LIVE).exclude(mentee__state="left").exclude(mentor__state="left")

    def known(self) -> "MatchQuerySet":
        """Live, and announced to both."""
        return self.live().filter(state__in=KNOWN)

    def with_people(self) -> "MatchQuerySet":
        return self.select_related(
            "mentee__user", "mentor__user", "mentee__programme__unit", "mentor__programme", "cohort__scheme"
        )


class Match(models.Model):
    """One mentor with one mentee. A mentee has at most one live match in a cohort."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="matches")
    mentor = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="matches_as_mentor")
    mentee = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="matches_as_mentee")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, null=True, related_name="matches")
    state = models.CharField(max_length=16, choices=MatchState, default=MatchState.PROPOSED)
    made_at = models.DateTimeField()
    introduced_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=16, choices=EndReason, blank=True)
    followed = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="followed_by")

    objects = MatchQuerySet.as_manager()

    personal_data = declare(
        "mentee__user",
        ("mentor__user",),
        id=LINK,
        cohort=LINK,
        mentor=LINK,
        mentee=LINK,
        run=LINK,
        state=ACTIVITY,
        made_at=ACTIVITY,
        introduced_at=ACTIVITY,
        ended_at=ACTIVITY,
        end_reason=ACTIVITY,
        followed=LINK,
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["mentee"], condition=~Q(state=MatchState.ENDED), name="one_live_match_a_mentee"
            ),
            models.CheckConstraint(condition=~Q(mentor=models.F("mentee")), name="nobody_mentors_themselves"),
            models.CheckConstraint(
                condition=Q(state=MatchState.ENDED) ^ Q(ended_at=None), name="ended_match_has_a_time"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["cohort", "state"], name="match_by_state"),
            models.Index(fields=["mentor", "state"], name="match_by_mentor"),
        ]

    def __str__(self) -> str:
        return f"match {self.pk}"


class SwapRequest(models.Model):
    """A mentee's blameless wish for another mentor (R73 to R75). ``reasons`` are chips, encrypted."""

    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="swap_requests")
    state = models.CharField(max_length=16, choices=SwapState, default=SwapState.ASKED)
    reasons = EncryptedJSONField(default=list)
    handler = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="swaps_to_handle")
    asked_at = models.DateTimeField()
    promised_by = models.DateField(_("answer promised by"))
    closed_at = models.DateTimeField(null=True)
    new_match = models.OneToOneField(Match, on_delete=models.SET_NULL, null=True, related_name="made_by_swap")

    personal_data = declare(
        "match__mentee__user",
        id=LINK,
        match=LINK,
        state=ACTIVITY,
        reasons=CONFIDENCE.but(Erase.BLANK),
        handler=LINK,
        asked_at=CHOICE,
        promised_by=ACTIVITY,
        closed_at=ACTIVITY,
        new_match=LINK,
    )

    class Meta:
        ordering: ClassVar = ["promised_by", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["match"], condition=Q(state=SwapState.ASKED), name="one_open_swap_a_match")
        ]

    def __str__(self) -> str:
        return f"swap {self.pk}"
