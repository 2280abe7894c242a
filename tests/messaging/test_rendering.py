"""One content becomes HTML and a plain-text twin; whatever people typed is shown, never obeyed."""

from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring.messaging.letters import Action, Attachment, Content
from mentoring.messaging.rendering import Addressee, fitted, one_line, plain, render
from tests.factories import NOW

TO = Addressee("Aisha Begum", "aisha@northfield.ac.uk")
CONTENT = Content(
    subject="Priya says hello",
    paragraphs=("Hi Aisha.", "Priya is a year ahead of you."),
    actions=(Action("Say hello", "https://m.northfield.ac.uk/l/reply/x/"), Action("Not now", "https://m.test/y/")),
    quote="I got lost in week one as well.\nCome & find me <3",
    tags=("Both commute", "Both like climbing"),
    why="You get this because you have a mentor.",
    sender_name="Priya Khan",
    reply_to="priya@northfield.ac.uk",
    stop_url="https://m.northfield.ac.uk/l/stop/z/",
)


def rendered(content, now, to=TO):
    raw = render(content, to=to, message_id="<1@northfield.ac.uk>", now=now).as_bytes()
    return message_from_bytes(raw, policy=policy.SMTP), raw


def test_headers(now):
    mail, _raw = rendered(CONTENT, now)
    assert mail["From"] == "Priya Khan via Peer mentoring <peer-mentoring@localhost>"
    assert mail["Reply-To"] == "priya@northfield.ac.uk"
    assert mail["To"] == "Aisha Begum <aisha@northfield.ac.uk>"
    assert mail["Subject"] == "Priya says hello"
    assert mail["Message-ID"] == "<1@northfield.ac.uk>"
    assert mail["List-Unsubscribe"] == "<https://m.northfield.ac.uk/l/stop/z/>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Content-Language"] == "en-gb"
    assert not {"Cc", "Bcc"} & set(mail.keys())


def test_without_a_stop_link_or_a_person_nothing_is_pretended(now):
    mail, _raw = rendered(Content(subject="Your code", paragraphs=("ABC",)), now)
    assert mail["From"] == "Peer mentoring <peer-mentoring@localhost>"
    assert not {"Reply-To", "List-Unsubscribe", "List-Unsubscribe-Post"} & set(mail.keys())


def test_both_parts_say_the_same(now):
    mail, _raw = rendered(CONTENT, now)
    text = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    for words in [*CONTENT.paragraphs, *CONTENT.tags, CONTENT.why, "Say hello", "Not now", "I got lost in week one"]:
        assert words in text
        assert words in html
    for action in CONTENT.actions:
        assert f"{action.label}\n{action.url}\n" in text.replace("\r\n", "\n")
        assert f'<a href="{action.url}">{action.label}</a>' in html
    assert CONTENT.stop_url in text
    assert CONTENT.stop_url in html


@pytest.mark.abuse(15)
def test_words_are_escaped_in_html_and_whole_in_text(now):
    hostile = replace(CONTENT, paragraphs=('<script>alert("x")</script> & co',), subject="<b>Hi</b>")
    mail, _raw = rendered(hostile, now)
    html = mail.get_body(("html",)).get_content()
    assert "<script>" not in html
    assert "<b>Hi" not in html
    assert "Come &amp; find me &lt;3" in html
    assert '<script>alert("x")</script> & co' in mail.get_body(("plain",)).get_content()


def test_html_says_its_language_and_tracks_nobody(now):
    html = rendered(CONTENT, now)[0].get_body(("html",)).get_content()
    assert '<html lang="en-gb">' in html
    assert "<img" not in html
    assert "http" not in html.split("</style>")[0]


@pytest.mark.parametrize("field", ["subject", "sender_name"])
@pytest.mark.parametrize("breaks", ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x85", "\n\n<p>"])
@pytest.mark.abuse(12)
def test_no_header_can_be_added(now, field, breaks):
    mail, raw = rendered(replace(CONTENT, **{field: f"Priya{breaks}Bcc: evil@example.com"}), now)
    assert "Bcc" not in mail
    assert b"\nBcc:" not in raw.partition(b"\r\n\r\n")[0]
    assert len(mail["From"].addresses) == len(mail["To"].addresses) == 1


@pytest.mark.abuse(11)
def test_a_recipients_name_cannot_add_a_recipient(now):
    mail, _raw = rendered(CONTENT, now, Addressee('x" <evil@example.com>,\r\nCc: b@c.d', "aisha@northfield.ac.uk"))
    assert [address.addr_spec for address in mail["To"].addresses] == ["aisha@northfield.ac.uk"]
    assert "Cc" not in mail


@pytest.mark.abuse(12)
def test_direction_overrides_and_controls_are_taken_out():
    assert plain("a\u202eb\u2066c\x00d\x1be\ufefff\ng") == "abcdef\ng"
    assert plain("Zoë Ŵyn العربية 👋🏽 \u200d") == "Zoë Ŵyn العربية 👋🏽 \u200d"
    assert one_line("  two\r\nlines\there ", 99) == "two lines here"
    assert one_line("x" * 200, 10) == "x" * 9 + "…"


def test_a_book_is_cut_and_the_mail_stays_small(now):
    endless = "你好 " * 10_000
    huge = replace(
        CONTENT, subject=endless, sender_name=endless, paragraphs=(endless, endless), quote=endless,
        why=endless, tags=(endless,) * 50,
    )  # fmt: skip
    _mail, raw = rendered(huge, now, Addressee(endless, "aisha@northfield.ac.uk"))
    assert len(raw) <= 30_000
    shown = fitted(huge)
    assert shown.paragraphs[0].endswith("…")
    assert len(shown.subject) <= 120


def test_an_ordinary_mail_is_under_ten_kilobytes(now):
    assert len(rendered(CONTENT, now)[1]) < 10_000


def test_long_addresses_are_not_folded(now):
    url = "https://m.northfield.ac.uk/l/reply/" + "a-b" * 80 + "/"
    mail, _raw = rendered(replace(CONTENT, actions=(Action("Go", url),)), now)
    assert f"\n{url}\n" in mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "/my/", "data:text/html,x", ""])
def test_an_action_leads_to_a_full_address(now, url):
    with pytest.raises(ValueError, match="full address"):
        rendered(replace(CONTENT, actions=(Action("Go", url),)), now)


def test_a_calendar_file_goes_with_it(now):
    invitation = Attachment("meeting.ics", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "text/calendar; method=REQUEST")
    mail, _raw = rendered(replace(CONTENT, attachments=(invitation,)), now)
    [part] = mail.iter_attachments()
    assert (part.get_content_type(), part.get_param("method")) == ("text/calendar", "REQUEST")
    assert part.get_filename() == "meeting.ics"
    assert part.get_payload(decode=True) == invitation.content


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=300))
def test_any_words_make_one_well_formed_mail(subject, name, words):
    content = replace(CONTENT, subject=subject, sender_name=name, paragraphs=(words,), quote=words)
    mail, raw = rendered(content, NOW, Addressee(name, "aisha@northfield.ac.uk"))
    assert [address.addr_spec for address in mail["To"].addresses] == ["aisha@northfield.ac.uk"]
    assert len(mail["From"].addresses) == 1
    assert mail.get_content_type() == "multipart/alternative"
    assert not mail.defects
    assert b"\r\nBcc:" not in raw.partition(b"\r\n\r\n")[0]
