"""What somebody's match may see of them (R37). Load participants with ``prefetch_related("facts")``."""

from django.utils.translation import gettext as _

from mentoring.participation.models import Participant, ProfileFact
from mentoring.participation.reading import study_mode_of
from mentoring.participation.rules import subject_of
from mentoring.participation.states import FactKind
from mentoring.participation.vocabularies import FACTS, STUDY_MODES, words_for


def shown_facts(participant: Participant) -> list[ProfileFact]:
    """What a participant chose to show their match."""
    return [fact for fact in participant.facts.all() if fact.is_shown]


def fact_words(fact: ProfileFact) -> str:
    """A fact in words: the vocabulary's, or the person's own."""
    return words_for(FACTS.get(fact.kind, ()), fact.value)


def shown_in_common(one: Participant, other: Participant) -> list[str]:
    """What both said and both chose to show, in words; nothing that only one of them shows."""
    theirs = {(fact.kind, fact.value.casefold()) for fact in shown_facts(other)}
    common = [fact for fact in shown_facts(one) if (fact.kind, fact.value.casefold()) in theirs]
    order = list(FactKind)[::-1]
    common.sort(key=lambda fact: (order.index(FactKind(fact.kind)), fact.pk))
    return [_("Same college") if fact.kind == FactKind.COLLEGE else fact_words(fact) for fact in common]


def mode_words(mode: str) -> str:
    """How somebody studies: "Full time"; a university's own word where it is none of our modes."""
    return words_for(STUDY_MODES, study_mode_of(mode) or mode)


def study_line(participant: Participant) -> str:
    """Year and subject: "Second-year Sociology". Load with ``with_person``."""
    years = {1: _("First-year"), 2: _("Second-year"), 3: _("Third-year"), 4: _("Fourth-year")}
    year = years.get(participant.year_of_study, _("Year %d") % participant.year_of_study)
    return f"{year} {subject_of(participant.programme.name)}"


def introduction_line(participant: Participant) -> str:
    """How a participant is introduced: year and subject, and the college when they show it."""
    line = study_line(participant)
    college = next((f.value for f in shown_facts(participant) if f.kind == FactKind.COLLEGE), "")
    return _("%(line)s, came from %(college)s") % {"line": line, "college": college} if college else line
