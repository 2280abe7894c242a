"""The counter over which a window gets its page: one answer at the root, and the static files, which it may keep."""

import mimetypes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpResponse

# What the browser asks for by itself, if a page names no picture: here is none.
ASKED_ANYWAY = {"/favicon.ico"}
# The worker that every page registers would stand between the pages of all tests, and answer for the counter what
# it keeps; so this one keeps nothing. What the real one says is
# held by tests/lib/test_phone.py.
WORKER = "/service-worker.js"
OF_THE_CONNECTION = {"content-length", "connection", "transfer-encoding", "set-cookie", "server", "date"}


class Counter:
    """Serves ``answer`` at ``address``; what it was asked for and does not have is in ``missing``."""

    def __init__(self) -> None:
        self.answer = HttpResponse()
        self.beside: dict[str, HttpResponse] = {}
        self.missing: list[str] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.shown = 0
        self.root = f"http://127.0.0.1:{self.server.server_address[1]}/"
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    def show(self, answer: HttpResponse, beside: dict[str, HttpResponse]) -> None:
        self.answer, self.beside, self.shown = answer, beside, self.shown + 1

    @property
    def address(self) -> str:
        """Where the answer is; another for each, or the browser would show what it keeps."""
        return f"{self.root}?{self.shown}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def always(self, path: str) -> HttpResponse | None:
        """What every page may ask for, whatever it shows."""
        if path in ASKED_ANYWAY:
            return HttpResponse(status=204)
        if path == WORKER:
            return HttpResponse("// keeps nothing", content_type="text/javascript")
        return None

    def static(self, path: str) -> Any:
        """The answer with a static file; ``None`` for what is none."""
        file = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
        if not file:
            return None
        kind = mimetypes.guess_type(str(file))[0] or "application/octet-stream"
        kept = {"Cache-Control": "public, max-age=3600, immutable"}
        return HttpResponse(Path(str(file)).read_bytes(), content_type=kind, headers=kept)

    def _handler(counter) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body in one go, or each answer waits for the browser to acknowledge its head.
            wbufsize, disable_nagle_algorithm = -1, True

            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                beside = counter.beside.get(path) or counter.always(path)
                answer = counter.answer if path == "/" else beside or counter.static(path)
                if answer is not None:
                    self.say(answer.status_code, dict(answer.headers), answer.getvalue())
                else:
                    counter.missing.append(f"not there: {path}")
                    self.say(404, {}, b"")

            def say(self, status: int, headers: dict[str, str], body: bytes) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    if name.lower() not in OF_THE_CONNECTION:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Nobody reads it."""

        return Handler
