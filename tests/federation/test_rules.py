"""Who is let in as whom, decided without a database."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mentoring.federation.rules import (
    Enter,
    Known,
    Make,
    Refuse,
    Said,
    Terms,
    Why,
    decide,
    domain_of,
    proposed,
    shown_again,
    took_second_step,
)

OURS = Terms(domains=frozenset({"northfield.ac.uk"}), addresses_are_verified=True)
people = st.one_of(st.none(), st.integers(1, 3))


@settings(max_examples=150)
@given(
    address=st.sampled_from(["a@northfield.ac.uk", "a@evil.org", "", "a@b@northfield.ac.uk", "@northfield.ac.uk"]),
    subject=st.sampled_from(["", "s1"]),
    verified=st.sampled_from([(), ("true",), ("false",), ("true", "false"), ("TRUE",)]),
    trusting=st.booleans(),
    by_subject=people,
    by_address=people,
    others=st.sampled_from([frozenset(), frozenset({"s2"})]),
    new_people=st.booleans(),
)
def test_nobody_comes_in_as_somebody_else(
    address, subject, verified, trusting, by_subject, by_address, others, new_people
):
    """Whatever is said and known: a person is entered only by their own subject, or once by their own address."""
    terms = Terms(domains=OURS.domains, addresses_are_verified=trusting, new_people=new_people)
    known = Known(by_subject, by_address, others)
    decision = decide(Said(subject, address, {"email_verified": verified}), terms, known)
    if isinstance(decision, Refuse):
        return
    assert subject
    assert address == "a@northfield.ac.uk"
    assert "false" not in verified
    assert verified or trusting
    if isinstance(decision, Make):
        assert new_people
        assert by_subject is by_address is None
        return
    assert decision.person == (by_subject or by_address)
    assert by_address in {None, decision.person}
    assert decision.joins == (by_subject is None)
    assert not (decision.joins and others)


def test_a_demand_is_met_by_one_of_its_values():
    terms = Terms(domains=OURS.domains, addresses_are_verified=True, require={"affiliation": ("staff", "student")})
    known = Known(by_address=1)
    for values, lets in ((("student", "member"), True), (("alum",), False), ((), False)):
        decision = decide(Said("s", "a@northfield.ac.uk", {"affiliation": values}), terms, known)
        assert decision == (Enter(1, joins=True) if lets else Refuse(Why.NOT_REQUIRED))


def test_a_domain_is_what_stands_behind_one_at_sign():
    assert domain_of(" Sam@NorthField.ac.uk ") == "northfield.ac.uk"
    for address in ("", "sam", "@northfield.ac.uk", "a@b@northfield.ac.uk", "a b@northfield.ac.uk"):
        assert domain_of(address) == ""


def test_a_second_step_counts_only_in_agreed_words():
    said = Said("s", "a@b", methods=frozenset({"pwd", "mfa"}))
    assert not took_second_step(said, OURS)
    assert took_second_step(said, Terms(domains=frozenset(), second_step=frozenset({"mfa"})))


def test_showing_oneself_again_is_after_being_asked():
    assert shown_again(Said("s", "", shown_at=1000), asked_at=1000)
    assert shown_again(Said("s", "", shown_at=950), asked_at=1000)  # clocks differ a little
    assert not shown_again(Said("s", "", shown_at=900), asked_at=1000)
    assert not shown_again(Said("s", ""), asked_at=1000)
    assert not shown_again(Said("s", "", shown_at=1e12), asked_at=float("inf"))


def test_roles_are_proposed_by_exact_values():
    said = Said("s", "a@b", {"groups": ("interns", "all")})
    assert proposed([("groups", "interns"), ("groups", "intern"), ("roles", "interns"), ("groups", "all")], said) == [
        0,
        3,
    ]
