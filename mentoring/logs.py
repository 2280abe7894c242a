"""What never reaches a log: the token of a signed link, and what a university's sign-in sends back."""

import logging
import re

TOKEN = re.compile(r"(/l/[\w-]+/)[^/\s?]+")
ANSWER = re.compile(r"([?&](?:code|state|session_state)=)[^&\s\"]+")


class WithoutTokens(logging.Filter):
    """Write ``/l/stop/…`` where a request's path holds a token, ``code=…`` where its question does."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if "/l/" in said or "code=" in said or "state=" in said:
            record.msg, record.args = ANSWER.sub(r"\1…", TOKEN.sub(r"\1…", said)), ()
        return True
