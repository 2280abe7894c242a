"""Before the services start: bring the database up to date, and fill an empty one with the demo.

Run as ``python -m mentoring.preparation``, in a process of its own, so that the supervisor
itself never loads Django.
"""

import os

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mentoring.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    if not settings.START_EMPTY and not apps.get_model("accounts", "Institution").objects.exists():
        print("Filling the empty database with the University of Northfield (made up) …", flush=True)
        call_command("seed_demo", verbosity=0)


if __name__ == "__main__":
    main()
