"""Records are entered through our own sign-in only."""

from django.test import Client

from tests.factories import Northfield

PAGES = ("/admin/records/", "/admin/records/login/", "/admin/records/accounts/auditentry/")


def test_whoever_is_signed_out_is_sent_to_our_own_sign_in(northfield: Northfield) -> None:
    for page in PAGES:
        answer = Client().get(page, follow=True)
        assert answer.redirect_chain[-1][0].startswith("/accounts/login/?next=/admin/records/")
        assert b"Send me a code" in answer.content


def test_a_password_typed_at_the_records_opens_nothing(northfield: Northfield) -> None:
    northfield.admin.set_password("four quiet wooden boats")
    northfield.admin.save()
    client = Client()
    client.post("/admin/records/login/", {"username": northfield.admin.email, "password": "four quiet wooden boats"})
    assert "_auth_user_id" not in client.session


def test_for_a_coordinator_there_is_nothing(northfield: Northfield) -> None:
    client = Client()
    client.force_login(northfield.sam)
    for page in PAGES:
        assert client.get(page, follow=True).status_code == 404


def test_an_administrator_reads_the_records(northfield: Northfield) -> None:
    client = Client()
    client.force_login(northfield.admin)
    assert client.get("/admin/records/accounts/auditentry/").status_code == 200
