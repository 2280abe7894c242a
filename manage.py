#!/usr/bin/env python3
"""The one entry point: `up` runs the product, `test` runs every check, the rest is Django's."""

import os
import runpy
import sys
from pathlib import Path

# Run by its path: importing the package would already need what bootstrap installs.
BOOTSTRAP = Path(__file__).resolve().parent / "mentoring" / "bootstrap.py"


def main() -> int:
    runpy.run_path(str(BOOTSTRAP))["enter"](sys.argv)
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mentoring.settings")
    if command == "up":
        from mentoring import supervisor  # noqa: PLC0415 - only once the environment is there

        return supervisor.main(sys.argv[2:])
    if command == "test":
        from mentoring import testing  # noqa: PLC0415 - only once the environment is there

        return testing.main(sys.argv[2:])
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - as above

    execute_from_command_line(sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
