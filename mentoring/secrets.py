"""Secrets of an embedded installation: made once, kept beside the data, readable by its owner only."""

import base64
import os
import secrets
from pathlib import Path


def kept_secret(folder: Path, name: str, *, make: bool) -> str:
    """The secret called ``name`` in ``folder``: 32 random bytes, URL-safe base64 (a Fernet key).

    With ``make`` a missing one is made; otherwise the answer is "" and Django's own checks
    refuse to start.
    """
    path = folder / name
    if not path.exists() and make:
        made = base64.urlsafe_b64encode(secrets.token_bytes(32))
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another process made it in the same moment
            return path.read_text().strip()
        with os.fdopen(handle, "wb") as file:
            file.write(made)
    return path.read_text().strip() if path.exists() else ""
