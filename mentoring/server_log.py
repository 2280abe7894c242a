"""What gunicorn says, in the product's own form: ``--logger-class mentoring.server_log.ServerLog``.

There is no access log: the addresses of requests hold names that were searched for, and tokens. Each request is one
line of ``mentoring.logs.Requests``.
"""

from gunicorn.config import Config
from gunicorn.glogging import Logger

from mentoring.logs import Line, WithoutTokens


class ServerLog(Logger):
    """Gunicorn's log, a line of JSON each, without the addresses of requests."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(Line())
            handler.addFilter(WithoutTokens())
