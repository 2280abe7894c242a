"""Runs of the engine, their proposals, the matches they became, and swaps."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.encryption import EncryptedJSONField, EncryptedTextField
from accounts.models import User
from accounts.registry import (
    ACTIVITY,
    CHOICE,
    CONFIDENCE,
    HELD_BY_OFFICER,
    LINK,
    REPEATING,
    REPEATING_KEY,
    SETTING,
    SHORTLISTED,
    Aside,
    Erase,
    declare,
)
from mentoring.lib.jobs import LongJob
from mentoring.lib.public_keys import RandomUUID
from mentoring.matching.states import KNOWN, LIVE, EndReason, MatchState, RunState, SwapState, TrialKind
from mentoring.participation.models import Participant
from schemes.models import Cohort, Unit


class Run(LongJob):
    """One working-out of who could mentor whom, with what it takes to repeat it.

    It is about the students and mentors of ``unit`` and below: a coordinator's run reaches no
    further than the coordinator (R90). ``why`` tells it from the other drafts of the day;
    ``based_on`` is the draft whose kept pairs, lots and pseudonyms it started from. ``rules`` and the
    ``inputs`` are what the engine read, ``certificate`` its proof, as compressed JSON, ``fairness`` rates
    with small numbers hidden already, ``remedies`` what would help those left out. ``publish_at``
    is when a published run is announced; until then it can be undone.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="runs")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="runs")
    state = models.CharField(max_length=16, choices=RunState, default=RunState.SOLVING)
    why = models.CharField(max_length=80, blank=True)
    based_on = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    seed = models.PositiveBigIntegerField()
    salt = EncryptedTextField(blank=True)
    rules = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    engine_version = models.CharField(max_length=128, blank=True)
    vector = models.JSONField(default=list)
    bounds = models.JSONField(default=list)
    is_proven = models.BooleanField(default=False)
    components = models.PositiveIntegerField(default=0)
    proven_components = models.PositiveIntegerField(default=0)
    certificate = models.BinaryField(null=True)
    fairness = models.JSONField(default=dict)
    remedies = models.JSONField(default=list)
    solved_at = models.DateTimeField(null=True)
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
        why=SETTING,
        based_on=LINK,
        seed=SETTING,
        salt=REPEATING_KEY,
        rules=SETTING,
        digest=SETTING,
        engine_version=SETTING,
        vector=SETTING,
        bounds=SETTING,
        is_proven=SETTING,
        components=SETTING,
        proven_components=SETTING,
        certificate=SETTING,
        fairness=SETTING,
        remedies=SETTING,
        solved_at=ACTIVITY,
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
    A locked one without a mentor is left out by choice.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="proposals")
    mentee = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    mentor = models.ForeignKey(Participant, on_delete=models.CASCADE, null=True, related_name="+")
    is_locked = models.BooleanField(default=False)
    strength = models.CharField(max_length=8, blank=True)
    reasons = models.JSONField(default=dict)

    personal_data = declare(
        "mentee__user",
        id=LINK,
        run=LINK,
        mentee=LINK,
        mentor=LINK,
        is_locked=SETTING,
        strength=SETTING,
        reasons=ACTIVITY,
    )

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "mentee"], name="one_proposal_a_mentee")]
        indexes: ClassVar = [models.Index(fields=["run", "mentor"], name="proposal_by_group")]

    def __str__(self) -> str:
        return f"{self.mentee_id} with {self.mentor_id}"


class RunInput(models.Model):
    """What the engine read of one person in a run, under pseudonyms, and whom it gave them.

    ``facts`` holds neither a name nor a value that was told, only which values are equal; see
    ``rules.pseudonyms``. The row goes with its person. Once the run's salt is deleted, ``participant``
    is empty and nobody can tell whose row it was.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="inputs")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, null=True, related_name="+")
    facts = EncryptedJSONField()

    personal_data = declare("participant__user", id=LINK, run=LINK, participant=LINK, facts=REPEATING)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "participant"], name="one_input_a_person")]

    def __str__(self) -> str:
        return f"input {self.pk} of {self.run_id}"


class Shortlist(models.Model):
    """Whom staff may choose for one student, as the engine picked it when the question was first asked.

    ``mentors`` are keys of participants, best first; ``judged`` all that were looked at. The two together would
    tell what was wished, so they are kept like the wishes. The question is a draft, a swap whose reasons its
    handler reads, or, with neither, where the student stands.
    """

    mentee = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, null=True, related_name="+")
    swap = models.OneToOneField("SwapRequest", on_delete=models.CASCADE, null=True, related_name="+")
    mentors = EncryptedJSONField(default=list)
    judged = EncryptedJSONField(default=list)
    wishes_saved_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()

    personal_data = declare(
        "mentee__user",
        id=LINK,
        mentee=LINK,
        run=LINK,
        swap=LINK,
        mentors=SHORTLISTED,
        judged=SHORTLISTED,
        wishes_saved_at=ACTIVITY,
        made_at=ACTIVITY,
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["mentee", "run"], condition=Q(run__isnull=False), name="one_shortlist_a_draft"
            ),
            models.UniqueConstraint(
                fields=["mentee"], condition=Q(run=None, swap=None), name="one_shortlist_outside_drafts"
            ),
        ]

    def __str__(self) -> str:
        return f"shortlist {self.pk} for {self.mentee_id}"


class HandMove(models.Model):
    """One move by hand in a draft; the last one of a student that is not undone can be taken back.

    ``strength``, ``reasons`` and ``was_locked`` are the proposal's before the move.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="hand_moves")
    mentee = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    moved_from = models.ForeignKey(Participant, on_delete=models.CASCADE, null=True, related_name="+")
    moved_to = models.ForeignKey(Participant, on_delete=models.CASCADE, null=True, related_name="+")
    was_locked = models.BooleanField(default=False)
    strength = models.CharField(max_length=8, blank=True)
    reasons = models.JSONField(default=dict)
    moved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    moved_at = models.DateTimeField()

    personal_data = declare(
        "mentee__user",
        id=LINK,
        run=LINK,
        mentee=LINK,
        moved_from=LINK,
        moved_to=LINK,
        was_locked=SETTING,
        strength=SETTING,
        reasons=ACTIVITY,
        moved_by=LINK,
        moved_at=ACTIVITY,
    )

    class Meta:
        ordering: ClassVar = ["-moved_at", "-pk"]

    def __str__(self) -> str:
        return f"move {self.pk} in {self.run_id}"


class Trial(LongJob):
    """Work about a run that changes nothing: a what-if, or a check of how the run came about.

    ``asked`` is what is imagined (``rules.WhatIf``), ``answer`` what came out: counts, and keys of
    participants. It is no draft, cannot be published, and is deleted after a month.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="trials")
    kind = models.CharField(max_length=16, choices=TrialKind)
    asked = models.JSONField(default=dict)
    answer = models.JSONField(default=dict)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    personal_data = declare(
        "requested_by",
        id=LINK,
        run=LINK,
        kind=SETTING,
        asked=SETTING,
        answer=LINK,
        requested_by=LINK,
        **LongJob.JOB_FIELDS,
    )

    class Meta:
        ordering: ClassVar = ["-queued_at", "-pk"]

    def __str__(self) -> str:
        return f"trial {self.pk} of {self.run_id}"


class MatchQuerySet(models.QuerySet["Match"]):
    def live(self) -> "MatchQuerySet":
        """Not ended, and both still take part: an opt-out works at once, with no callback."""
        # Those who left are few: they are looked up once, and no table of people is joined.
        gone = Participant.objects.left().values("pk")
        return self.filter(state__in=LIVE).exclude(mentee__in=gone).exclude(mentor__in=gone)

    def known(self) -> "MatchQuerySet":
        """Live, and announced to both."""
        return self.live().filter(state__in=KNOWN)

    def happened(self) -> "MatchQuerySet":
        """Without those whose publishing was undone: nobody was told of them, so they never began."""
        return self.exclude(end_reason=EndReason.UNDONE)

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
        Aside(without=("end_reason",)),  # never shown to the other side (R39, R74)
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
    """A mentee's blameless wish for another mentor (R73 to R75). ``reasons`` are chips, encrypted.

    Those in ``excluded`` neither deal with it nor see that it exists.
    """

    public_key = models.UUIDField(default=uuid4, db_default=RandomUUID(), unique=True, editable=False)
    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="swap_requests")
    state = models.CharField(max_length=16, choices=SwapState, default=SwapState.ASKED)
    reasons = EncryptedJSONField(default=list)
    handler = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="swaps_to_handle")
    excluded = models.ManyToManyField(User, related_name="+", blank=True)
    # Opened by somebody from whom the student's own wish is kept: to them that one must not show by a refusal.
    is_beside = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    promised_by = models.DateField(_("answer promised by"))
    closed_at = models.DateTimeField(null=True)
    new_match = models.OneToOneField(Match, on_delete=models.SET_NULL, null=True, related_name="made_by_swap")

    personal_data = declare(
        "match__mentee__user",
        ("match__mentor__user",),
        HELD_BY_OFFICER,
        id=LINK,
        public_key=LINK,
        match=LINK,
        state=ACTIVITY,
        reasons=CONFIDENCE.but(Erase.BLANK),
        handler=LINK,
        excluded=LINK,
        is_beside=LINK,
        asked_at=CHOICE,
        promised_by=ACTIVITY,
        closed_at=ACTIVITY,
        new_match=LINK,
    )

    class Meta:
        ordering: ClassVar = ["promised_by", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["match", "is_beside"], condition=Q(state=SwapState.ASKED), name="one_open_swap_a_match"
            )
        ]

    def __str__(self) -> str:
        return f"swap {self.public_key}"
