"""A backup as a file that the machine which makes it cannot read.

Each file has a key of its own (Fernet), wrapped with a public key (RSA-OAEP with SHA-256). The private key is kept
off the machine and is needed for a restore alone. The file is lines of JSON: a head, then sealed chunks of a gzip
stream, then an end; a file that was cut short has no end and is refused.
"""

import base64
import gzip
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, cast

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

FORMAT = 1
CHUNK = 256 * 1024
_PADDING = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)


class BadBackup(Exception):
    """The file cannot be read, is not whole, or is not what it says. The message is for the operator."""


def new_keys() -> tuple[bytes, bytes]:
    """(public, private) as PEM."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    kept = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    shared = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return shared, kept


def lock(path: Path, lines: Iterable[str], *, public_key: bytes, head: dict[str, Any]) -> None:
    """Write the lines into a locked file; it appears under its name only once it is whole."""
    try:
        public = cast(rsa.RSAPublicKey, serialization.load_pem_public_key(public_key))
    except (ValueError, UnsupportedAlgorithm) as problem:
        raise BadBackup("The public key cannot be read: it must be an RSA key in PEM.") from problem
    key = Fernet.generate_key()
    wrapped = base64.b64encode(public.encrypt(key, _PADDING)).decode()
    unfinished = path.with_name(f"{path.name}.part")
    with unfinished.open("w") as file:
        file.write(json.dumps({"format": FORMAT, "key": wrapped, **head}) + "\n")
        count = 0
        for chunk in _chunks(lines):
            file.write(Fernet(key).encrypt(chunk).decode() + "\n")
            count += 1
        file.write(json.dumps({"chunks": count}) + "\n")
    unfinished.replace(path)


def _chunks(lines: Iterable[str]) -> Iterator[bytes]:
    """The lines as one gzip stream, some hundred kilobytes at a time."""
    made = io.BytesIO()
    with gzip.GzipFile(fileobj=made, mode="wb") as packed:
        for line in lines:
            packed.write(line.encode() + b"\n")
            if made.tell() >= CHUNK:
                yield _taken(made)
    yield _taken(made)


def _taken(made: io.BytesIO) -> bytes:
    chunk = made.getvalue()
    made.seek(0)
    made.truncate()
    return chunk


def head_of(path: Path) -> dict[str, Any]:
    """What a locked file says of itself before it is unlocked. Raises ``BadBackup``."""
    try:
        with path.open() as file:
            head = json.loads(file.readline())
        if head["format"] == FORMAT:
            return dict(head)
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise BadBackup("This is not a backup.") from problem
    raise BadBackup(f"This backup has format {head['format']}; this product reads {FORMAT}.")


def unlock(path: Path, *, private_key: bytes) -> Iterator[str]:
    """The lines of a locked file. Raises ``BadBackup`` for a wrong key, a change or a cut."""
    head = head_of(path)
    try:
        private = cast(rsa.RSAPrivateKey, serialization.load_pem_private_key(private_key, password=None))
        key = private.decrypt(base64.b64decode(head["key"]), _PADDING)
    except (ValueError, TypeError, UnsupportedAlgorithm) as problem:
        raise BadBackup("This is not the key that opens this backup.") from problem
    with path.open() as file:
        file.readline()
        opened = io.BufferedReader(cast(Any, _Opened(file, Fernet(key))))
        with gzip.GzipFile(fileobj=opened) as packed:
            try:
                for line in packed:
                    yield line.decode().rstrip("\n")
            except EOFError as problem:
                raise BadBackup("The backup was cut short.") from problem


class _Opened(io.RawIOBase):
    """The unlocked chunks of a file as one stream; it must end as its last line says."""

    def __init__(self, file: IO[str], key: Fernet) -> None:
        self.file, self.key, self.left, self.count, self.over = file, key, b"", 0, False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self.left:
            self.left = self._next()
        taken = self.left[: len(buffer)]
        buffer[: len(taken)] = taken
        self.left = self.left[len(taken) :]
        return len(taken)

    def _next(self) -> bytes:
        if self.over:
            return b""
        line = self.file.readline().strip()
        if line.startswith("{"):
            self.over = True
            if json.loads(line)["chunks"] != self.count:
                raise BadBackup("Chunks of the backup are missing.")
            return b""
        self.count += 1
        try:
            return self.key.decrypt(line.encode())
        except InvalidToken as problem:
            raise BadBackup("The backup was cut short or changed.") from problem
