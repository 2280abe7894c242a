"""A relay in a process of its own, to be killed: ``python -m tests.chaos.sink PORT LOG SEED DROPS PATIENCE``.

What it takes responsibility for is in its log, as Postfix writes it, before the sender hears "250", and out of
reach of a kill: so the log is both the journal that the experiment counts and the relay that can be asked.
A share DROPS of connections breaks just before a message is accepted, and as many just after. After
PATIENCE seconds of silence in the middle of a message it hangs up. It does little else: it shares the
machine with what is measured.
"""

import asyncio
import os
import random
import sys
import time
from datetime import UTC, datetime

GREETING = b"220 sink ESMTP\r\n"
HELLO = b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
HEAD_ENDS, BODY_ENDS = b"\r\n\r\n", b"\r\n.\r\n"


class Journal:
    """Lines that the system has before anybody hears of them: who kills this process loses none."""

    def __init__(self, path: str) -> None:
        self.file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)

    def keep(self, line: bytes) -> None:
        os.write(self.file, line)


class Conversation(asyncio.Protocol):
    """One connection. Between DATA and its final dot everything is body."""

    count = 0

    def __init__(self, journal: Journal, chance: random.Random, drops: float, patience: float) -> None:
        self.journal, self.chance, self.drops, self.patience = journal, chance, drops, patience
        self.heard = bytearray()
        self.searched = 0  # so much of the body holds no end
        self.is_body = False
        self.sender, self.recipients, self.queue_id = b"", 0, b""
        self.silence: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(GREETING)

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_longer()

    def data_received(self, data: bytes) -> None:
        self.heard += data
        self._go_on()

    def _go_on(self) -> None:
        while not self.transport.is_closing():
            if not (self._body() if self.is_body else self._line()):
                return

    def _line(self) -> bool:
        end = self.heard.find(b"\r\n")
        if end < 0:
            return False
        line = bytes(self.heard[:end])
        del self.heard[: end + 2]
        self._answer(line)
        return True

    def _answer(self, line: bytes) -> None:
        verb = line[:4].upper()
        if verb == b"MAIL":
            self.sender, self.recipients = line.partition(b"<")[2].partition(b">")[0], 0
        elif verb == b"RCPT":
            self.recipients += 1
        elif verb == b"DATA":
            self.is_body = True
            self._wait()
        said = {b"EHLO": HELLO, b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}
        self.transport.write(said.get(verb, b"250 OK\r\n"))
        if verb == b"QUIT":
            self.transport.close()

    def _body(self) -> bool:
        if not self.queue_id and (ends := self.heard.find(HEAD_ENDS)) >= 0:
            self._begin(bytes(self.heard[: ends + 2]))
        end = self.heard.find(BODY_ENDS, self.searched)
        if end < 0:
            self.searched = max(0, len(self.heard) - len(BODY_ENDS))
            self._wait()
            return False
        self._wait_no_longer()
        del self.heard[: end + len(BODY_ENDS)]
        self.is_body, self.searched = False, 0
        self._take(end)
        return True

    def _begin(self, head: bytes) -> None:
        Conversation.count += 1
        self.queue_id = f"{time.time_ns():X}{Conversation.count:X}".encode()
        name = head[head.lower().index(b"message-id:") + 11 :].partition(b"\r\n")[0].strip()
        self.journal.keep(_line(b"cleanup", self.queue_id, b"message-id=" + name))

    def _take(self, size: int) -> None:
        """Journal one message, then say so; or hang up without a word, before it or after."""
        queue_id, self.queue_id = self.queue_id, b""
        if self.chance.random() < self.drops:
            self.transport.abort()
            return
        rest = b"from=<%s>, size=%d, nrcpt=%d (queue active)" % (self.sender, size, self.recipients)
        self.journal.keep(_line(b"qmgr", queue_id, rest))
        if self.chance.random() < self.drops:
            self.transport.abort()
        else:
            self.transport.write(b"250 queued\r\n")

    def _wait(self) -> None:
        self._wait_no_longer()
        self.silence = asyncio.get_running_loop().call_later(self.patience, self.transport.abort)

    def _wait_no_longer(self) -> None:
        if self.silence is not None:
            self.silence.cancel()
            self.silence = None


def _line(daemon: bytes, queue_id: bytes, rest: bytes) -> bytes:
    now = datetime.now(UTC).isoformat(timespec="microseconds").encode()
    return b"%s sink postfix/%s[%d]: %s: %s\n" % (now, daemon, os.getpid(), queue_id, rest)


async def main(port: int, path: str, seed: int, drops: float, patience: float) -> None:
    journal, chance = Journal(path), random.Random(seed)
    journal.keep(_line(b"master", b"0", b"started"))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Conversation(journal, chance, drops, patience), "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    _name, port, path, seed, drops, patience = sys.argv
    asyncio.run(main(int(port), path, int(seed), float(drops), float(patience)))
