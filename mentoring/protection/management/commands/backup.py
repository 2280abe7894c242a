"""Back everything up into a locked file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from mentoring.protection.services.backups import back_up, write_erased
from mentoring.protection.vault import BadBackup, new_keys

ERASED = "erased.json"


class Command(BaseCommand):
    help = "Writes a locked backup into FOLDER, and the list of erased people beside it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--public-key", type=Path, help="the RSA key that locks it, in PEM")
        parser.add_argument("--new-keys", action="store_true", help="make a pair of keys in FOLDER, and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        if options["new_keys"]:
            self._new_keys(folder)
        elif options["public_key"] is None:
            raise CommandError("Say which key locks it: --public-key FILE. Make one with --new-keys.")
        else:
            self._back_up(folder, options["public_key"])

    def _new_keys(self, folder: Path) -> None:
        public, private = folder / "backup-public.pem", folder / "backup-private.pem"
        if public.exists() or private.exists():
            raise CommandError(f"There are keys in {folder} already.")
        shared, kept = new_keys()
        public.write_bytes(shared)
        private.touch(mode=0o600)
        private.write_bytes(kept)
        self.stdout.write(f"{public}\n{private}\nTake the private key off this machine now.")

    def _back_up(self, folder: Path, key: Path) -> None:
        now = timezone.now()
        path = folder / f"mentoring-{now:%Y%m%dT%H%M%SZ}.backup"
        try:
            counts = back_up(path, public_key=key.read_bytes(), now=now)
        except (BadBackup, OSError) as problem:
            raise CommandError(str(problem)) from problem
        write_erased(folder / ERASED)
        self.stdout.write(f"{path}: {sum(counts.values())} rows of {len(counts)} kinds")
