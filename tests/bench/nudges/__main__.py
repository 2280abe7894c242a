"""``python -m tests.bench.nudges``: one pass over many matches, in a database made for it. Prints one line of JSON.

The pass is the service's own, batch by batch: facts from the database, then decided. The peak of
memory is measured over a tenth of the matches and over all of them: it must not grow with them.
``--owe`` then owes what was decided, and decides once more, which must find nothing left.
"""

import argparse
import json
import shutil
import tempfile

import django

from tests import environment


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m tests.bench.nudges")
    arguments.add_argument("--matches", type=int, default=100_000)
    arguments.add_argument("--owe", action="store_true")
    given = arguments.parse_args()
    data = tempfile.mkdtemp(prefix="mentoring-bench-")
    environment.prepare(data, worker="")
    django.setup()
    from tests.bench.nudges.measure import measured  # noqa: PLC0415  (its models need the setup)

    try:
        print(json.dumps(measured(given.matches, owes=given.owe)))
    finally:
        shutil.rmtree(data, ignore_errors=True)


if __name__ == "__main__":
    main()
