"""Run one service so that it cannot outlive the supervisor: ``python -m mentoring.launch MODULE ARGUMENTS``.

On Linux the kernel is asked to kill the process when its parent dies, and every process that it
forks (gunicorn's and Celery's own workers) asks the same, so a supervisor killed with ``kill -9``
leaves nothing behind. Other systems only get the supervisor's orderly stop.
"""

import ctypes
import os
import runpy
import signal
import sys

PR_SET_PDEATHSIG = 1
SUPERVISOR_PID = "MENTORING_SUPERVISOR_PID"


class Tie:
    """Ties this process to its parent, and each process that it forks to this one."""

    def __init__(self, parent: int) -> None:
        self.parent = parent
        self.libc = ctypes.CDLL(None, use_errno=True)

    def hold(self) -> None:
        self.libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != self.parent:  # the parent died before the kernel knew
            os._exit(1)

    def about_to_fork(self) -> None:
        self.parent = os.getpid()


def main() -> None:
    if sys.platform == "linux":
        tie = Tie(int(os.environ[SUPERVISOR_PID]))
        tie.hold()
        os.register_at_fork(before=tie.about_to_fork, after_in_child=tie.hold)
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
