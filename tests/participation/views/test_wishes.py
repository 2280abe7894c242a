"""The wishes page."""

from django.urls import reverse

from mentoring.participation import selectors, services
from mentoring.participation.models import Wishes

URL = reverse("participation:wishes")
BLANK = {f"kind_{a}": "none" for a in ("gender", "ethnicity", "home_country", "religion")}


def test_no_preference_is_preselected_and_saving_it_keeps_nothing(client, northfield) -> None:
    client.force_login(northfield.aisha)
    assert client.get(URL).content.count(b'value="none" id=') == 4
    answer = client.post(URL, BLANK)
    assert answer.status_code == 302
    assert not Wishes.objects.exists()
    northfield.participant("aisha").refresh_from_db()
    assert northfield.participant("aisha").asked_wishes_at


def test_a_wish_is_saved_with_consent_and_shown_again_only_to_its_owner(client, northfield) -> None:
    client.force_login(northfield.aisha)
    wish = {**BLANK, "kind_religion": "must", "value_religion": "sikh"}
    client.post(URL, {**wish, "consent": "on"})
    assert selectors.told_by(northfield.participant("aisha"))["wishes"] == {
        "religion": {"kind": "must", "value": "sikh"}
    }
    assert 'value="sikh" selected' in client.get(URL).content.decode()
    client.force_login(northfield.ben)
    assert 'value="sikh" selected' not in client.get(URL).content.decode()


def test_a_wish_without_consent_or_value_is_a_problem_beside_its_field(client, northfield) -> None:
    client.force_login(northfield.aisha)
    page = client.post(URL, {**BLANK, "kind_religion": "prefer"}).content.decode()
    assert "There is a problem" in page
    assert "Choose which religion or belief" in page
    assert "Tick the box to agree" in page
    assert not Wishes.objects.exists()


def test_an_answer_that_is_not_offered_is_refused(client, northfield) -> None:
    client.force_login(northfield.aisha)
    client.post(URL, {**BLANK, "kind_religion": "must", "value_religion": "jedi", "consent": "on"})
    assert not Wishes.objects.exists()


def test_a_mentor_has_exceptions_and_no_wishes(client, northfield) -> None:
    client.force_login(northfield.priya)
    page = client.get(URL).content.decode()
    assert "exception_gender" in page
    assert "exception_ethnicity" not in page
    assert "kind_gender" not in page
    client.post(URL, {"exception_gender": "on", "own_gender": "woman", "consent": "on"})
    assert selectors.told_by(northfield.participant("priya"))["exceptions"] == ["gender"]


def test_an_exception_without_the_own_side_is_a_problem(client, northfield) -> None:
    client.force_login(northfield.priya)
    page = client.post(URL, {"exception_gender": "on", "consent": "on"}).content.decode()
    assert "Tell us your own gender" in page
    assert not Wishes.objects.exists()


def test_withdrawing_takes_a_post_and_deletes(client, northfield, now) -> None:
    aisha = northfield.participant("aisha")
    services.save_wishes(
        participant=aisha, told={"own": {"gender": "woman"}}, has_consented=True, by=aisha.user, now=now
    )
    client.force_login(northfield.aisha)
    url = reverse("participation:withdraw_wishes")
    assert client.get(url).status_code == 405
    assert Wishes.objects.exists()
    assert client.post(url).status_code == 302
    assert not Wishes.objects.exists()


def test_somebody_who_takes_no_part_has_no_such_page(client, northfield, now) -> None:
    services.leave(participant=northfield.participant("aisha"), by=None, now=now)
    for user in (northfield.nobody, northfield.sam, northfield.aisha):
        client.force_login(user)
        assert client.get(URL).status_code == 404
