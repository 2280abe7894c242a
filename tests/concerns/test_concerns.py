"""A concern reaches its readers at once and nobody else, least of all the person it is about."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.services import WrongState
from mentoring.concerns.letters import compose_alert
from mentoring.concerns.models import Concern
from mentoring.concerns.selectors import Subject, concerns_visible_to
from mentoring.concerns.services import add_entry, close, raise_concern, take
from mentoring.matching.models import Match
from mentoring.messaging.models import Message
from schemes.services import appoint
from schemes.states import Role
from tests.factories import NOW, TODAY, Northfield

WORDS = "She has not left her room for a week."


def _raise(northfield: Northfield, subject: Subject | None = None, key: uuid.UUID | None = None) -> Concern:
    return raise_concern(
        cohort=northfield.cohort,
        kind="wellbeing",
        text=WORDS,
        subject=subject,
        form_key=key or uuid.uuid4(),
        by=northfield.priya,
        now=NOW,
    )


def _readers(northfield: Northfield) -> set[str]:
    names = northfield.people
    return {name for name, person in names.items() if concerns_visible_to(person, TODAY).exists()}


def test_only_the_safeguarding_lead_reads(northfield: Northfield) -> None:
    _raise(northfield)
    assert _readers(northfield) == {"dana"}


def test_lead_and_the_units_coordinators_read_where_nobody_is_safeguarding_lead(northfield: Northfield) -> None:
    northfield.scheme.appointments.filter(role=Role.SAFEGUARDING_LEAD).update(ends_on=TODAY - timedelta(days=1))
    _raise(northfield)  # by priya, of Social Sciences: not carys, who coordinates Computing
    assert _readers(northfield) == {"dr_lee", "sam"}
    told = set(Message.objects.filter(letter="concerns.alert").values_list("recipient__given_name", flat=True))
    assert told == {"Mina", "Sam"}


@pytest.mark.abuse(25)
def test_person_it_is_about_never_reads_it_nor_hears_of_it(northfield: Northfield) -> None:
    concern = _raise(northfield, Subject("s", "Dana", staff=northfield.dana))
    assert "dana" not in _readers(northfield)
    assert not Message.objects.filter(letter="concerns.alert").exists()
    told = set(Message.objects.filter(letter="concerns.untaken").values_list("recipient__given_name", flat=True))
    assert told == {"Alex", "Mina"}  # nobody else reads concerns here: they are asked to name somebody
    client = Client()
    client.force_login(northfield.dana)
    assert client.get(reverse("concerns:concern", args=[concern.public_key])).status_code == 404


@pytest.mark.abuse(25)
def test_senior_mentor_who_is_its_subject_and_reader_does_not_see_it(northfield: Northfield) -> None:
    appoint(
        scheme=northfield.scheme,
        user=northfield.una,
        role=Role.SAFEGUARDING_LEAD,
        unit=northfield.university,
        starts_on=TODAY,
        by=None,
        now=NOW,
    )
    _raise(northfield, Subject("p", "Una", participant=northfield.participant("una")))
    assert _readers(northfield) == {"dana"}


def test_same_form_twice_is_one_concern_and_one_alert(northfield: Northfield) -> None:
    key = uuid.uuid4()
    assert _raise(northfield, key=key) == _raise(northfield, key=key)
    assert Concern.objects.count() == 1
    assert Message.objects.filter(letter="concerns.alert").count() == 1


def test_form_key_of_somebody_else_is_refused(northfield: Northfield) -> None:
    concern = _raise(northfield)
    with pytest.raises(WrongState):
        raise_concern(
            cohort=northfield.cohort,
            kind="conduct",
            text="x",
            subject=None,
            form_key=concern.form_key,
            by=northfield.ben,
            now=NOW,
        )


def test_alert_goes_at_once_and_names_nobody(northfield: Northfield) -> None:
    _raise(northfield, Subject("p", "Aisha", participant=northfield.participant("aisha")))
    message = Message.objects.get(letter="concerns.alert")
    content = compose_alert(message)
    assert content is not None
    said = f"{content.subject} {content.paragraphs} {content.why} {content.actions}"
    for word in ("Aisha", "Priya", "room", "wellbeing"):
        assert word not in said
    assert (message.urgency, message.due_at, message.recipient) == ("at-once", NOW, northfield.dana)


def test_alert_is_called_off_once_somebody_has_it(northfield: Northfield) -> None:
    concern = _raise(northfield)
    take(concern=concern, by=northfield.dana, now=NOW)
    assert compose_alert(Message.objects.get(letter="concerns.alert")) is None


def test_looking_is_on_the_trail_without_words(northfield: Northfield, client: Client) -> None:
    concern = _raise(northfield)
    client.force_login(northfield.dana)
    assert WORDS in client.get(reverse("concerns:concern", args=[concern.public_key])).content.decode()
    looks = AuditEntry.objects.filter(verb="concern read", object_id=str(concern.pk))
    assert [look.actor for look in looks] == [northfield.dana]
    assert WORDS not in str(list(AuditEntry.objects.values()))


def test_care_is_taken_noted_and_closed_in_order(northfield: Northfield) -> None:
    concern = _raise(northfield)
    with pytest.raises(WrongState):
        close(concern=concern, by=northfield.dana, now=NOW)
    add_entry(concern=concern, text="Called her.", by=northfield.dana, now=NOW)
    assert (concern.state, concern.owner) == ("taken", northfield.dana)
    close(concern=concern, by=northfield.dana, now=NOW)
    take(concern=concern, by=northfield.dana, now=NOW)
    assert concern.closed_at is None


def test_nothing_is_closed_of_which_nobody_wrote_what_was_done(client: Client, northfield: Northfield) -> None:
    concern = _raise(northfield)
    take(concern=concern, by=northfield.dana, now=NOW)
    client.force_login(northfield.dana)
    page = client.post(reverse("concerns:close", args=[concern.public_key]), follow=True).content.decode()
    assert "Write down first what was done" in page
    concern.refresh_from_db()
    assert concern.state == "taken"


def test_page_names_its_readers_and_keeps_words_on_error(
    client: Client, northfield: Northfield, matched: dict[str, Match]
) -> None:
    client.force_login(northfield.priya)
    page = client.get(reverse("concerns:raise")).content.decode()
    assert "Dana Osei" in page
    assert "Aisha Begum" in page
    answer = client.post(reverse("concerns:raise"), {"text": WORDS, "form_key": str(uuid.uuid4())})
    assert WORDS in answer.content.decode()
    assert not Concern.objects.exists()


def test_raising_leads_to_a_receipt_that_only_its_author_sees(
    client: Client, northfield: Northfield, matched: dict[str, Match]
) -> None:
    client.force_login(northfield.priya)
    form = {
        "kind": "wellbeing",
        "who": f"p{northfield.participant('aisha').pk}",
        "text": WORDS,
        "form_key": str(uuid.uuid4()),
    }
    answer = client.post(reverse("concerns:raise"), form)
    concern = Concern.objects.get()
    assert (concern.about, concern.text) == (northfield.participant("aisha"), WORDS)
    assert "Dana Osei" in client.get(answer["Location"]).content.decode()
    client.force_login(northfield.aisha)
    assert client.get(answer["Location"]).status_code == 404


def test_the_receipt_never_names_the_one_it_is_about_as_its_reader(northfield: Northfield) -> None:
    una = northfield.participant("una")
    appoint(
        scheme=northfield.scheme,
        user=northfield.una,
        role=Role.SAFEGUARDING_LEAD,
        unit=northfield.university,
        starts_on=TODAY,
        by=northfield.dr_lee,
        now=NOW,
    )
    concern = _raise(northfield, Subject("", "", participant=una))
    client = Client()
    client.force_login(northfield.priya)
    page = client.get(reverse("concerns:sent", args=[concern.form_key])).content.decode()
    assert northfield.una.full_name not in page


@pytest.mark.abuse(25)
def test_everybody_whom_the_page_names_can_be_kept_out(
    northfield: Northfield, client: Client, matched: dict[str, Match]
) -> None:
    client.force_login(northfield.priya)
    page = client.get(reverse("concerns:raise"))
    offered = {label for _key, label in page.context["form"].fields["who"].choices}
    named = {reader.full_name for reader in page.context["readers"]}
    assert named == {"Dana Osei"}
    assert named | {"Sam Whitaker", "Mina Lee"} <= offered
    form = {"kind": "conduct", "who": f"s{northfield.dana.pk}", "text": WORDS, "form_key": str(uuid.uuid4())}
    receipt = client.get(client.post(reverse("concerns:raise"), form)["Location"]).content.decode()
    assert "Dana Osei" not in receipt
    concern = Concern.objects.get()
    assert concern.about_staff == northfield.dana
    assert _readers(northfield) == set()
    assert not Message.objects.filter(recipient=northfield.dana).exists()
    told = set(Message.objects.values_list("letter", "recipient__given_name"))
    assert told == {("concerns.untaken", "Alex"), ("concerns.untaken", "Mina")}
    client.force_login(northfield.dana)
    assert "No open concern" in client.get(reverse("concerns:inbox")).content.decode()


def test_who_stands_in_can_be_named_too(northfield: Northfield, client: Client) -> None:
    northfield.scheme.appointments.filter(role=Role.SAFEGUARDING_LEAD).update(ends_on=TODAY - timedelta(days=1))
    for name in ("priya", "carys"):
        client.force_login(northfield.people[name])
        page = client.get(reverse("concerns:raise"))
        offered = {label for _key, label in page.context["form"].fields["who"].choices}
        others = {reader.full_name for reader in page.context["readers"]} - {northfield.people[name].full_name}
        assert others <= offered
        assert others


def test_a_coordinator_who_is_its_subject_meets_it_nowhere(northfield: Northfield, client: Client) -> None:
    """sam stands in for a safeguarding lead; the concern is about sam (trust.md §1 no. 25)."""
    northfield.scheme.appointments.filter(role=Role.SAFEGUARDING_LEAD).update(ends_on=TODAY - timedelta(days=1))
    concern = _raise(northfield, Subject("s", "Sam", staff=northfield.sam))
    assert _readers(northfield) == {"dr_lee"}
    assert not Message.objects.filter(recipient=northfield.sam).exists()
    client.force_login(northfield.sam)
    nothing = client.get(reverse("concerns:concern", args=[uuid.uuid4()])).content
    there = client.get(reverse("concerns:concern", args=[concern.public_key]))
    assert (there.status_code, there.content) == (404, nothing)
    for name in ("take", "close"):
        assert client.post(reverse(f"concerns:{name}", args=[concern.public_key])).status_code == 404
    assert "No open concern" in client.get(reverse("concerns:inbox")).content.decode()
    assert "Only those named on it can see it" not in client.get(reverse("console:today")).content.decode()
