"""The columns of what can be downloaded, and their rows. Nothing sensitive is among them (trust.md §2)."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from mentoring.console.selectors.pairs import state_shown, state_words
from mentoring.participation.models import ParticipantQuerySet

BATCH = 500

PEOPLE = {
    "name": _("Name"),
    "email": _("E-mail"),
    "student_number": _("Student number"),
    "role": _("Role"),
    "state": _("State"),
    "course_code": _("Course code"),
    "course": _("Course"),
    "year_of_study": _("Year"),
    "study_mode": _("Study mode"),
    "campus": _("Campus"),
    "tutor_group": _("Tutor group"),
    "places_offered": _("Places offered"),
}
PAIRS = {
    "mentee": _("Mentee"),
    "mentee_email": _("Mentee’s e-mail"),
    "mentor": _("Mentor"),
    "mentor_email": _("Mentor’s e-mail"),
    "course": _("Course"),
    "state": _("State"),
    "introduced_at": _("Introduced"),
    "last_contact": _("Last contact"),
    "heard": _("Heard"),
}


def people_rows(people: ParticipantQuerySet) -> Iterator[list[object]]:
    """A row of ``PEOPLE`` for each participant."""
    for person in people.iterator(chunk_size=BATCH):
        yield [
            person.user.full_name,
            person.user.email,
            person.user.student_number,
            person.get_role_display(),
            person.get_state_display(),
            person.programme.code,
            person.programme.name,
            person.year_of_study,
            person.study_mode,
            person.campus,
            person.tutor_group,
            person.places_offered,
        ]


def pair_rows(pairs: Any) -> Iterator[list[object]]:
    """A row of ``PAIRS`` for each annotated match."""
    for match in pairs.iterator(chunk_size=BATCH):
        yield [
            match.mentee.user.full_name,
            match.mentee.user.email,
            match.mentor.user.full_name,
            match.mentor.user.email,
            match.mentee.programme.name,
            state_shown(match, tells=match.tells),
            match.introduced_at,
            match.last_contact if match.tells else None,
            state_words(match)[0] if match.tells else "",
        ]
