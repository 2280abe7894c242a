"""Own words and facts; nothing is shown unless chosen."""

from mentoring.participation import selectors, services
from mentoring.participation.models import ProfileFact

FACTS = [("interest", "football"), ("interest", "football"), ("college", "Kirklees College"), ("route", "")]


def _save(participant, now, *, facts=FACTS, shown=(), hello="Hello"):
    services.save_profile(participant=participant, hello=hello, facts=facts, shown=shown, by=participant.user, now=now)


def test_facts_are_kept_once_without_blanks_and_hidden_by_default(northfield, now) -> None:
    priya = northfield.participant("priya")
    _save(priya, now, hello="  I got lost twice.  ")
    priya.refresh_from_db()
    assert priya.hello == "I got lost twice."
    assert sorted(priya.facts.values_list("kind", "value", "is_shown")) == [
        ("college", "Kirklees College", False),
        ("interest", "football", False),
    ]
    assert selectors.introduction_line(priya) == "Second-year Sociology"


def test_saving_again_replaces_the_facts(northfield, now) -> None:
    priya = northfield.participant("priya")
    _save(priya, now)
    _save(priya, now, facts=[("language", "cy")], shown=["language"])
    assert list(ProfileFact.objects.values_list("value", "is_shown")) == [("cy", True)]


def test_in_common_is_only_what_both_show(northfield, now) -> None:
    priya, aisha = northfield.participant("priya"), northfield.participant("aisha")
    both = [("interest", "football"), ("circumstance", "commuter"), ("college", "Kirklees College")]
    _save(priya, now, facts=both, shown=["interest", "circumstance", "college"])
    _save(aisha, now, facts=both, shown=["circumstance"])
    assert selectors.shown_in_common(priya, aisha) == ["Commuting in"]
    assert selectors.shown_in_common(aisha, priya) == ["Commuting in"]
    _save(aisha, now, facts=[("college", "kirklees college"), *both[:2]], shown=["circumstance", "college", "interest"])
    assert selectors.shown_in_common(priya, aisha) == ["Commuting in", "Same college", "Football"]
    assert selectors.introduction_line(priya) == "Second-year Sociology, came from Kirklees College"
