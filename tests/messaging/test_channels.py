"""The two channels against the real thing: a folder, and an SMTP server."""

import os
import re
import socket
import ssl
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.utils import timezone

from mentoring.messaging import channels, delivery
from mentoring.messaging.channels import (
    Deferred,
    FileChannel,
    Lost,
    Parcel,
    Refused,
    SmtpChannel,
    TurnedAway,
    Unknown,
    Unreachable,
)
from mentoring.messaging.links import absolute, make_token
from mentoring.messaging.rendering import render
from mentoring.messaging.services import owe
from mentoring.messaging.states import MessageState
from tests.factories import NOW
from tests.messaging.sink import Sink, SinkServer
from tests.messaging.test_rendering import CONTENT, TO

PARCEL = Parcel(
    "<abc@northfield.ac.uk>",
    "peers@northfield.ac.uk",
    "aisha@northfield.ac.uk",
    b"Message-ID: <abc@northfield.ac.uk>\r\nSubject: Hello\r\n\r\n.starts with a dot\r\n.\r\nends\r\n",
)
HANDED = {PARCEL.message_id: NOW}
smtp = pytest.mark.real_clock


def yes():
    return True


def no():
    return False


@pytest.fixture
def channel():
    """To the relay; let go of at the end."""
    channel = SmtpChannel()
    yield channel
    channel.close()


def files(folder):
    return sorted(os.listdir(folder)) if folder.exists() else []


def test_a_file_appears_only_with_permission(tmp_path):
    channel = FileChannel(tmp_path)
    seen = []
    assert channel.hand_over(PARCEL, lambda: bool(seen.append(channel.arrivals(HANDED)))) is False
    assert seen == [{PARCEL.message_id: False}]
    assert files(tmp_path) == []
    assert channel.hand_over(PARCEL, yes) is True
    assert files(tmp_path) == ["abc@northfield.ac.uk.eml"]
    assert channel.arrivals(HANDED) == {PARCEL.message_id: True}
    assert (tmp_path / "abc@northfield.ac.uk.eml").read_bytes() == PARCEL.body


def test_a_message_laid_down_twice_is_one_file(tmp_path):
    for _ in range(2):
        FileChannel(tmp_path).hand_over(PARCEL, yes)
    assert len(files(tmp_path)) == 1


def test_a_message_id_cannot_leave_the_folder(tmp_path):
    folder = tmp_path / "mail"
    FileChannel(folder).hand_over(Parcel("<../../x@y>", "a@b", "c@d", b""), yes)
    assert files(tmp_path) == ["mail"]
    assert files(folder) == ["....x@y.eml"]


def test_a_full_disk_is_the_channels_trouble(tmp_path, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(channels.os, "fsync", full)
    with pytest.raises(Unreachable, match="No space left"):
        FileChannel(tmp_path).hand_over(PARCEL, yes)


def test_a_rename_that_fails_is_not_known(tmp_path, monkeypatch):
    def broken(*args):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(channels.Path, "rename", broken)
    with pytest.raises(Unknown):
        FileChannel(tmp_path).hand_over(PARCEL, yes)


def test_without_a_relay_messages_lie_in_a_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    assert channels.open_channel().folder == tmp_path / "mail"
    settings.EMAIL_HOST = "relay"
    assert isinstance(channels.open_channel(), SmtpChannel)


@smtp
def test_a_relay_gets_the_message_with_permission(sink, channel):
    acknowledged_before = []
    assert channel.hand_over(PARCEL, lambda: not acknowledged_before.append(len(sink.journal)))
    assert acknowledged_before == [0]
    assert sink.envelopes == [("peers@northfield.ac.uk", ["aisha@northfield.ac.uk"])]
    assert sink.journal[0].get_content().splitlines() == [".starts with a dot", ".", "ends"]
    channel.hand_over(PARCEL, yes)
    channel.close()
    assert sink.connections == 1


@smtp
@pytest.mark.parametrize("host", ["https://m.northfield.ac.uk", f"https://peer-mentoring.{'student-life.' * 8}ac.uk"])
def test_programs_read_how_to_unsubscribe_off_one_plain_line(sink, channel, tmp_path, settings, aisha, now, host):
    """RFC 8058 §3.1: with an address as long as ours are, to the relay and in the folder of the demonstration."""
    settings.SITE_URL = host
    url = absolute(f"/l/quiet/{make_token(purpose='quiet', person=aisha, object_id=1234)}/")
    mail = render(replace(CONTENT, stop_url=url), to=TO, message_id=PARCEL.message_id, now=now)
    parcel = replace(PARCEL, body=mail.as_bytes())
    assert channel.hand_over(parcel, yes)
    assert FileChannel(tmp_path).hand_over(parcel, yes)
    [file] = tmp_path.iterdir()
    for sent in (sink.bodies[0], file.read_bytes()):
        lines = sent.partition(b"\r\n\r\n")[0].split(b"\r\n")
        assert f"List-Unsubscribe: <{url}>".encode() in lines
        assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
        assert max(map(len, lines)) <= 998


@smtp
def test_a_relay_throws_away_what_was_not_permitted(sink, channel):
    assert channel.hand_over(PARCEL, no) is False
    assert channel.hand_over(PARCEL, yes) is True
    assert len(sink.journal) == 1


@smtp
def test_trouble_with_the_permission_is_passed_on_and_nothing_sent(sink, channel):
    def database_is_gone():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        channel.hand_over(PARCEL, database_is_gone)
    assert channel.hand_over(PARCEL, yes)
    assert len(sink.journal) == 1


@smtp
@pytest.mark.parametrize(
    ("where", "answer", "kind"),
    [
        ("on_rcpt", "550 5.1.1 no such user", Refused),
        ("on_rcpt", "450 4.7.1 come back later", Deferred),
        ("on_data", "554 5.7.1 spam", Refused),
        ("on_data", "452 4.3.1 full", Deferred),
        ("on_data", "cut", Unknown),
        ("on_rcpt", "421 4.3.2 shutting down", TurnedAway),
        ("on_data", "421 4.3.2 shutting down", TurnedAway),
    ],
)
def test_each_refusal_is_told_apart(sink, channel, where, answer, kind):
    setattr(sink, where, lambda about: answer)
    with pytest.raises(kind) as caught:
        channel.hand_over(PARCEL, yes)
    assert getattr(caught.value, "is_address", False) is (answer.startswith("550"))
    setattr(sink, where, lambda about: None)
    assert channel.hand_over(PARCEL, yes)
    assert len(sink.journal) == 1


@smtp
def test_a_kept_connection_that_was_closed_is_opened_again(sink, channel):
    """Relays close what was idle: that is no reason to put a message off."""
    channel.hand_over(PARCEL, yes)
    channel.relay.sock.shutdown(socket.SHUT_RDWR)
    permits = []
    assert channel.hand_over(PARCEL, lambda: not permits.append("asked"))
    assert (len(sink.journal), sink.connections, permits) == (2, 2, ["asked"])


@smtp
def test_a_relay_that_takes_so_many_for_one_connection_gets_another(sink, channel):
    channel.hand_over(PARCEL, yes)
    answers = ["421 4.7.0 enough for one connection"]
    sink.on_rcpt = lambda address: answers.pop() if answers else None
    assert channel.hand_over(PARCEL, yes)
    assert (len(sink.journal), sink.connections) == (2, 2)


@smtp
def test_a_connection_that_breaks_anew_puts_the_message_off(sink, channel):
    def cut(address):
        channel.relay.sock.shutdown(socket.SHUT_RDWR)

    channel.hand_over(PARCEL, yes)
    sink.on_rcpt = cut
    with pytest.raises(Lost):
        channel.hand_over(PARCEL, yes)
    assert (len(sink.journal), sink.connections) == (1, 2)


@smtp
def test_what_broke_after_the_permission_is_never_repeated(sink, channel):
    channel.hand_over(PARCEL, yes)
    sink.on_data = lambda mail: "cut"
    with pytest.raises(Unknown):
        channel.hand_over(PARCEL, yes)
    assert (len(sink.journal), sink.connections) == (1, 1)


@smtp
def test_a_relay_that_is_not_there_is_unreachable(settings, channel, unused_port):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", unused_port
    with pytest.raises(Unreachable):
        channel.hand_over(PARCEL, yes)


@pytest.fixture
def impostor(tmp_path, settings):
    """A relay whose certificate nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    day = timedelta(days=1)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, timezone.now() - day, timezone.now() + day)
    certificate = builder.sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "relay.pem").write_bytes(secret + certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "relay.pem")
    sink = Sink()
    server = SinkServer(sink, tls_context=context)
    server.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", server.port, True
    yield sink
    server.stop()


@smtp
def test_nothing_is_handed_to_a_relay_that_cannot_prove_who_it_is(impostor, channel):
    with pytest.raises(Unreachable, match="SSLCertVerificationError"):
        channel.hand_over(PARCEL, yes)
    assert impostor.journal == []


@smtp
def test_a_message_travels_from_the_outbox_to_the_relay(sink, channel, letter, aisha):
    message = owe(letter=letter.name, recipient=aisha, occasion="1", now=timezone.now())
    delivery.sweep(clock=timezone.now, channel=channel)
    message.refresh_from_db()
    [mail] = sink.journal
    assert message.state == MessageState.SENT
    assert mail["Message-ID"] == message.message_id
    assert mail["To"] == "Aisha <aisha@northfield.ac.uk>"
    assert re.search("Hello", mail.get_body(("plain",)).get_content())
