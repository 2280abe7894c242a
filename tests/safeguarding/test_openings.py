"""Confidences open in an emergency alone, and everything that must follow does (trust.md §2; §1 no. 22)."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Institution, User
from accounts.services import NotAllowed
from mentoring.messaging.letters import LETTERS
from mentoring.messaging.models import Message
from mentoring.participation.models import Wishes
from mentoring.safeguarding import services
from mentoring.safeguarding.models import Opening
from mentoring.safeguarding.tasks import sweep
from schemes.models import Appointment
from tests.factories import NOW, TODAY, Northfield
from tests.safeguarding.conftest import EARLIER, ELSEWHERE, NOTE, SUPPORT, prove

WHY = "He wrote that there is no point in going on."
Lead = Callable[..., Client]


def _form(northfield: Northfield, **changes: Any) -> dict[str, Any]:
    told = {"who": northfield.aisha.email, "category": "life", "reason": WHY, "form_key": str(uuid.uuid4())}
    return {name: value for name, value in {**told, **changes}.items() if value is not None}


def _open(client: Client, northfield: Northfield, **changes: Any) -> Opening:
    answer = client.post(reverse("safeguarding:open"), _form(northfield, **changes))
    assert answer.status_code == 302, answer.status_code
    return Opening.objects.latest("pk")


def _read(client: Client, opening: Opening) -> Any:
    return client.get(reverse("safeguarding:read", args=[opening.public_key]))


@pytest.mark.usefixtures("told")
def test_it_opens_at_once_what_the_person_told_and_nothing_else(northfield: Northfield, lead: Lead) -> None:
    opening = _open(lead(), northfield)
    page = _read(lead(proved=False), opening).content.decode()  # the hour outlasts the proof
    for words in ("I would be more at ease with somebody else", SUPPORT, NOTE):
        assert words in page
    for words in (EARLIER, ELSEWHERE):
        assert words not in page
    assert (opening.ends_at - opening.opened_at, opening.state) == (timedelta(minutes=60), "waiting")


# Who, how they showed who they are, what differs from a whole request, and the answer.
OMITTED: list[tuple[str, dict[str, Any], dict[str, Any], int]] = [
    ("sam", {}, {}, 404),  # no grant: a coordinator
    ("dr_lee", {}, {}, 404),  # the scheme's lead
    ("admin", {}, {}, 404),
    ("mallory", {}, {}, 404),  # stands in for a safeguarding lead of another scheme: that is no grant
    ("dana", {"proved": False}, {}, 404),  # no second factor
    ("dana", {"method": "password"}, {}, 404),  # a password is none
    ("dana", {"minutes_ago": 5.1}, {}, 200),  # shown too long ago: the form again, with the words kept
    ("dana", {}, {"who": None}, 200),  # no subject
    ("dana", {}, {"who": "nobody@northfield.ac.uk"}, 200),  # not in the scheme
    ("dana", {}, {"who": "aisha@northfield.ac.uk, ben@northfield.ac.uk"}, 200),  # two
    ("dana", {}, {"category": None}, 200),
    ("dana", {}, {"category": "curiosity"}, 200),
    ("dana", {}, {"reason": None}, 200),
    ("dana", {}, {"reason": "because I say so   "}, 200),  # 16 characters
]


@pytest.mark.usefixtures("told")
@pytest.mark.abuse(22)
def test_leaving_out_any_condition_opens_nothing(northfield: Northfield, lead: Lead) -> None:
    """What would be opened stays a 404: nothing was made that could be read."""
    for name, proof, changes, status in OMITTED:
        client, case = lead(name, **proof), (name, proof, changes)
        answer = client.post(reverse("safeguarding:open"), _form(northfield, **changes))
        assert answer.status_code == status, case
        assert not Opening.objects.exists(), case
        assert client.get(reverse("safeguarding:read", args=[uuid.uuid4()])).status_code == 404, case
        if status == 200 and changes.get("reason", WHY) == WHY:
            assert WHY in answer.content.decode(), case
    assert not Message.objects.filter(letter__startswith="safeguarding").exists()


def test_the_service_asks_for_every_condition_itself(northfield: Northfield) -> None:
    whole = {
        "scheme": northfield.scheme, "subject": northfield.aisha, "category": "life", "reason": WHY, "proved_at": NOW,
        "form_key": uuid.uuid4(), "by": northfield.dana, "now": NOW,
    }  # fmt: skip
    omitted: list[dict[str, Any]] = [
        {"by": northfield.sam}, {"scheme": northfield.other_scheme}, {"proved_at": None}, {"subject": northfield.dana},
        {"category": ""}, {"reason": "too short"}, {"now": NOW + timedelta(minutes=6)},
    ]  # fmt: skip
    for changes in omitted:
        with pytest.raises(NotAllowed):
            services.open_confidences(**{**whole, **changes})  # type: ignore[arg-type]
    assert services.open_confidences(**whole) == services.open_confidences(**whole)  # type: ignore[arg-type]
    assert Opening.objects.count() == 1


@pytest.mark.usefixtures("told")
@pytest.mark.abuse(22)
def test_it_is_for_the_one_who_opened_it_for_an_hour_and_to_read_only(
    northfield: Northfield, lead: Lead, second_lead: User, clock: Any
) -> None:
    opening = _open(lead(), northfield)
    url = reverse("safeguarding:read", args=[opening.public_key])
    assert lead("sam").get(url).status_code == 404
    assert lead().post(url).status_code == 405
    clock.shift(timedelta(minutes=59))
    assert lead().get(url).status_code == 200
    clock.shift(timedelta(minutes=1))
    assert lead().get(url).status_code == 404
    Opening.objects.filter(pk=opening.pk).update(ends_at=NOW + timedelta(days=9))
    assert lead().get(url).status_code == 404  # whatever its row says


@pytest.mark.usefixtures("told")
def test_it_closes_early_and_with_the_appointment(northfield: Northfield, lead: Lead) -> None:
    opening = _open(lead(), northfield)
    lead().post(reverse("safeguarding:end", args=[opening.public_key]))
    assert _read(lead(), opening).status_code == 404
    again = _open(lead(), northfield)
    Appointment.objects.filter(user=northfield.dana).update(ends_on=TODAY - timedelta(days=1))
    assert _read(lead(), again).status_code == 404


def test_what_was_read_is_on_a_trail_that_nobody_changes(
    northfield: Northfield, lead: Lead, told: dict[str, Any]
) -> None:
    opening = _open(lead(), northfield)
    _read(lead(), opening)
    entry = AuditEntry.objects.get(verb="break-glass read", object_type="safeguarding.opening")
    assert entry.fields == sorted(
        [
            f"confidences.note {told['kept'].pk}",
            f"matching.swaprequest {told['swap'].pk}",
            f"support.meetingnote {told['note'].pk}",
        ]
    )
    each = AuditEntry.objects.get(verb="break-glass read", object_type="support.meetingnote")
    assert (each.actor, each.object_id) == (northfield.dana, str(told["note"].pk))
    assert SUPPORT not in str(list(AuditEntry.objects.values()))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_auditentry SET verb = 'never'")
    page = lead().get(reverse("safeguarding:opening", args=[opening.public_key])).content.decode()
    assert "notes of support groups: 1" in page
    assert SUPPORT not in page


def test_preferences_stay_closed(northfield: Northfield, lead: Lead, told: dict[str, Any]) -> None:
    from accounts.services import give_consent  # noqa: PLC0415

    consent = give_consent(person=northfield.aisha, kind="matching-wishes", text_version="1", now=NOW)
    Wishes.objects.create(
        participant=northfield.participant("aisha"), consent=consent, told={"own": {"religion": "quaker"}}, saved_at=NOW
    )
    assert "quaker" not in _read(lead(), _open(lead(), northfield)).content.decode()


def _said(letter: str) -> str:
    said = []
    for message in Message.objects.filter(letter=letter):
        content = LETTERS[letter].compose(message)
        assert content is not None
        said.append(f"{content.subject} {content.paragraphs} {content.actions} {content.why}")
    return " ".join(said)


@pytest.mark.abuse(22)
def test_the_other_lead_and_the_officer_hear_at_once_and_nothing_else(
    northfield: Northfield, lead: Lead, second_lead: User
) -> None:
    Institution.objects.update(officer_email="dpo@northfield.ac.uk")
    _open(lead(), northfield)
    alerts = Message.objects.filter(letter="safeguarding.opened")
    assert {alert.recipient.given_name if alert.recipient else alert.address for alert in alerts} == {
        "Sam",
        "dpo@northfield.ac.uk",
    }
    assert {(alert.urgency, alert.due_at) for alert in alerts} == {("at-once", NOW)}
    words = _said("safeguarding.opened")
    for name in ("Aisha", "Begum", "Dana", WHY, "life"):
        assert name not in words


def test_without_another_lead_the_administrators_hear_and_nothing_is_held_up(
    northfield: Northfield, lead: Lead
) -> None:
    opening = _open(lead(), northfield)
    told = Message.objects.filter(letter="safeguarding.opened").values_list("recipient__given_name", flat=True)
    assert set(told) == {"Alex"}
    content = LETTERS["safeguarding.opened"].compose(Message.objects.get(letter="safeguarding.opened"))
    client = Client()
    client.force_login(northfield.admin)
    assert [client.get(urlsplit(action.url).path).status_code for action in content.actions] == [200]
    assert _read(lead(), opening).status_code == 200


@pytest.mark.abuse(22)
def test_the_person_is_told_within_seven_days_and_knows_nothing_before(
    northfield: Northfield, lead: Lead, clock: Any, told: dict[str, Any]
) -> None:
    _read(lead(), _open(lead(), northfield))
    client = Client()
    clock.shift(timedelta(days=5))
    sweep.apply(throw=True)
    client.force_login(northfield.aisha)
    assert "emergency" not in client.get(reverse("protection:looks")).content.decode()
    clock.shift(timedelta(days=1, hours=1))
    sweep.apply(throw=True)
    sweep.apply(throw=True)
    client.force_login(northfield.aisha)
    assert Message.objects.filter(letter="safeguarding.told", recipient=northfield.aisha).count() == 1
    assert WHY not in _said("safeguarding.told")
    page = client.get(reverse("protection:looks")).content.decode()
    assert "Opened what was told about you in confidence, in an emergency" in page
    assert "Safeguarding lead" in page
    assert "Dana" not in page


def test_telling_is_put_off_with_a_reason_and_happens_then(northfield: Northfield, lead: Lead, clock: Any) -> None:
    opening = _open(lead(), northfield)
    url = reverse("safeguarding:later", args=[opening.public_key])
    until = TODAY + timedelta(days=20)
    assert lead().post(url, {"until": until, "reason": "short"}).status_code == 200
    assert lead().post(url, {"until": TODAY + timedelta(days=90), "reason": WHY}).status_code == 200
    assert lead().post(url, {"until": until, "reason": WHY}).status_code == 302
    clock.shift(timedelta(days=20))
    sweep.apply(throw=True)
    assert not Message.objects.filter(letter="safeguarding.told").exists()
    clock.shift(timedelta(days=1))
    sweep.apply(throw=True)
    assert Message.objects.filter(letter="safeguarding.told").exists()
    assert lead().get(url).status_code == 404  # they know


def test_somebody_else_closes_the_review(northfield: Northfield, lead: Lead, second_lead: User) -> None:
    opening = _open(lead(), northfield)
    url = reverse("safeguarding:review", args=[opening.public_key])
    found = {"outcome": "necessary", "finding": "It was needed, and nothing more was read."}
    assert lead().post(url, found).status_code == 404
    with pytest.raises(NotAllowed):
        services.review(opening=opening, by=northfield.dana, now=NOW, **found)
    assert "Opened confidence to review" in lead("sam").get(reverse("console:today")).content.decode()
    assert "Opened confidence to review" not in lead().get(reverse("console:today")).content.decode()
    assert lead("sam").post(url, {**found, "finding": "fine"}).status_code == 200
    assert lead("sam").post(url, found).status_code == 302
    opening.refresh_from_db()
    assert (opening.state, opening.reviewed_by) == ("reviewed", second_lead)
    assert lead("sam").get(url).status_code == 404
    with pytest.raises(IntegrityError), transaction.atomic():
        Opening.objects.filter(pk=opening.pk).update(reviewed_by=northfield.dana)


def test_a_late_review_reaches_who_can_see_to_it_once(
    northfield: Northfield, lead: Lead, second_lead: User, clock: Any
) -> None:
    Institution.objects.update(officer_email="dpo@northfield.ac.uk")
    _open(lead(), northfield)
    clock.shift(timedelta(days=7))  # Monday to Monday: the fifth working day
    sweep.apply(throw=True)
    assert not Message.objects.filter(letter="safeguarding.review-late").exists()
    clock.shift(timedelta(days=1))
    sweep.apply(throw=True)
    sweep.apply(throw=True)
    late = Message.objects.filter(letter="safeguarding.review-late")
    names = sorted(each.recipient.given_name if each.recipient else each.address for each in late)
    assert names == ["Alex", "Mina", "Sam", "dpo@northfield.ac.uk"]
    assert "It was due by 19 October." in lead("sam").get(reverse("console:today")).content.decode()
    page = lead("dr_lee", proved=False).get(reverse("console:today")).content.decode()
    assert "Late review of an emergency" in page
    assert "Aisha" not in page.split("Late review")[1][:400]


def test_the_person_it_is_about_sees_it_nowhere_even_as_a_lead(
    northfield: Northfield, lead: Lead, second_lead: User
) -> None:
    opening = services.open_confidences(
        scheme=northfield.scheme, subject=northfield.aisha, category="life", reason=WHY, proved_at=NOW,
        form_key=uuid.uuid4(), by=northfield.dana, now=NOW,
    )  # fmt: skip
    Opening.objects.filter(pk=opening.pk).update(subject=second_lead)
    client = lead("sam")
    for name in ("read", "opening", "review", "later"):
        assert client.get(reverse(f"safeguarding:{name}", args=[opening.public_key])).status_code == 404
    assert "Waits for your review" not in client.get(reverse("safeguarding:openings")).content.decode()


def test_a_second_factor_shown_to_another_session_or_person_is_none(northfield: Northfield, lead: Lead) -> None:
    client = lead(proved=False)
    prove(client, northfield.sam)
    assert client.post(reverse("safeguarding:open"), _form(northfield)).status_code == 404


def _kinds_read(client: Client, opening: Opening) -> set[str]:
    return {kind.label for kind in _read(client, opening).context["opened"] if kind.confidences}


def test_a_wish_that_leaves_a_lead_out_is_nowhere_for_them(
    northfield: Northfield, lead: Lead, told: dict[str, Any], second_lead: User
) -> None:
    told["swap"].excluded.add(second_lead)
    opening = _open(lead(), northfield)
    assert _kinds_read(lead(), opening) == {
        "Notes by their mentor",
        "Notes of support groups",
        "Wishes for another mentor",
    }
    url = reverse("safeguarding:opening", args=[opening.public_key])
    assert "wishes for another mentor: 1" in lead().get(url).content.decode()
    other = lead("sam").get(url).content.decode()
    assert "notes by a mentor: 1" in other
    assert "wishes for another mentor" not in other
    own = _open(lead("sam"), northfield)
    assert _kinds_read(lead("sam"), own) == {"Notes by their mentor", "Notes of support groups"}
