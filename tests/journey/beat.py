"""Beat in a hurry: production's own table, and its scheduler, with shorter waits."""

from datetime import timedelta

from celery.beat import Scheduler
from celery.schedules import schedule

LEAST = timedelta(seconds=3)


class Hurried(Scheduler):
    """Every task comes forty-five times as often, though not more often than every three seconds."""

    def setup_schedule(self) -> None:
        super().setup_schedule()
        for entry in self.schedule.values():
            entry.schedule = schedule(max(LEAST, entry.schedule.run_every / 45))
