"""A relay in a process of its own, to be killed: ``python -m tests.chaos.sink PORT LOG SEED DROPS PATIENCE``.

What it takes responsibility for is in its log, as Postfix writes it, on the disk before the sender
hears "250": so the log is both the journal that the experiment counts and the relay that can be asked.
A share DROPS of connections breaks just before a message is accepted, and as many just after. After
PATIENCE seconds of silence in the middle of a message it hangs up.
"""

import asyncio
import contextlib
import os
import random
import sys
import time
from datetime import UTC, datetime
from typing import BinaryIO

GREETING = b"220 sink ESMTP\r\n"
HELLO = b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n"


class Journal:
    """Lines that are on the disk before anybody hears of them; those of one moment share one fsync."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.waiting: list[tuple[bytes, asyncio.Future[None]]] = []
        self.wake = asyncio.Event()

    async def keep(self, lines: bytes) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append((lines, done))
        self.wake.set()
        await done

    async def run(self) -> None:
        while True:
            await self.wake.wait()
            self.wake.clear()
            batch, self.waiting = self.waiting, []
            self.file.write(b"".join(lines for lines, _ in batch))
            self.file.flush()
            await asyncio.get_running_loop().run_in_executor(None, os.fsync, self.file.fileno())
            for _, done in batch:
                done.set_result(None)


class Sink:
    def __init__(self, journal: Journal, seed: int, drops: float, patience: float) -> None:
        self.journal = journal
        self.chance = random.Random(seed)
        self.drops = drops
        self.patience = patience
        self.count = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, TimeoutError, asyncio.LimitOverrunError):
            writer.write(GREETING)
            await self._converse(reader, writer)
        writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sender, recipients = b"", 0
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                writer.write(HELLO)
            elif verb == b"MAIL":
                sender, recipients = line.partition(b"<")[2].partition(b">")[0], 0
                writer.write(b"250 OK\r\n")
            elif verb == b"RCPT":
                recipients += 1
                writer.write(b"250 OK\r\n")
            elif verb == b"DATA":
                writer.write(b"354 go on\r\n")
                if not await self._take(reader, sender, recipients):
                    return
                writer.write(b"250 queued\r\n")
            elif verb == b"QUIT":
                writer.write(b"221 bye\r\n")
                return
            else:
                writer.write(b"250 OK\r\n")

    async def _take(self, reader: asyncio.StreamReader, sender: bytes, recipients: int) -> bool:
        """Read one message up to its final dot and journal it; ``False`` to hang up without a word."""
        self.count += 1
        queue_id = f"{time.time_ns():X}{self.count:X}".encode()
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), self.patience)
        name = head[head.lower().index(b"message-id:") + 11 :].partition(b"\r\n")[0].strip()
        await self.journal.keep(_line(b"cleanup", queue_id, b"message-id=" + name))
        body = await asyncio.wait_for(reader.readuntil(b"\r\n.\r\n"), self.patience)
        if self.chance.random() < self.drops:
            return False
        size = str(len(head) + len(body)).encode()
        rest = b"from=<%s>, size=%s, nrcpt=%d (queue active)" % (sender, size, recipients)
        await self.journal.keep(_line(b"qmgr", queue_id, rest))
        return self.chance.random() >= self.drops


def _line(daemon: bytes, queue_id: bytes, rest: bytes) -> bytes:
    now = datetime.now(UTC).isoformat(timespec="microseconds").encode()
    return b"%s sink postfix/%s[%d]: %s: %s\n" % (now, daemon, os.getpid(), queue_id, rest)


async def main(port: int, path: str, seed: int, drops: float, patience: float) -> None:
    with open(path, "ab") as file:
        file.write(_line(b"master", b"0", b"started"))
        journal = Journal(file)
        running = asyncio.create_task(journal.run())
        sink = Sink(journal, seed, drops, patience)
        server = await asyncio.start_server(sink.serve, "127.0.0.1", port, limit=1 << 20)
        async with server:
            await asyncio.gather(server.serve_forever(), running)


if __name__ == "__main__":
    _name, port, path, seed, drops, patience = sys.argv
    asyncio.run(main(int(port), path, int(seed), float(drops), float(patience)))
