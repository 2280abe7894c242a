"""Read what came back from a Maildir or an mbox file, and note each address that takes no mail."""

import mailbox
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from mentoring.messaging.bounces import bounces_in
from mentoring.messaging.services import note_bounce


class Command(BaseCommand):
    help = "Read delivery status notifications (RFC 3464); reading one twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        place = parser.add_mutually_exclusive_group(required=True)
        place.add_argument("--maildir", type=Path, help="a Maildir; what was read is marked as seen")
        place.add_argument("--mbox", type=Path, help="an mbox file; it is left as it is")

    def handle(self, *args: Any, **options: Any) -> None:
        read = noted = 0
        for raw in _unread(options["maildir"], options["mbox"]):
            read += 1
            noted += sum(note_bounce(bounce, now=timezone.now()) for bounce in bounces_in(raw))
        self.stdout.write(f"{read} read, {noted} noted.")


def _unread(maildir: Path | None, mbox: Path | None) -> Iterator[bytes]:
    """Each unread mail. One of a Maildir counts as read once the next is asked for: it was dealt with."""
    try:
        if mbox is not None:
            with closing(mailbox.mbox(mbox, create=False)) as file:
                yield from (returned.as_bytes() for returned in file)
        elif maildir is not None:
            box = mailbox.Maildir(maildir, create=False)
            for key in sorted(box.keys()):
                mail = box[key]
                if "S" not in mail.get_flags():
                    yield mail.as_bytes()
                    mail.set_subdir("cur")
                    mail.add_flag("S")
                    box[key] = mail
    except (mailbox.NoSuchMailboxError, OSError) as problem:
        raise CommandError(f"The mailbox cannot be read: {problem}") from problem
