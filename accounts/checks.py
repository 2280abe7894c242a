"""System checks that keep the product from starting when a wall is missing."""

from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import connections
from django.urls import get_resolver

from accounts.access import all_patterns, declaration_of
from accounts.encryption import key_id
from accounts.models import FieldKey


@register(Tags.urls)
def every_view_declares_who_may_call_it(**kwargs: Any) -> list[Error]:
    """A URL whose view carries no access declaration is an error."""
    return [
        Error(
            f"The view of '{name or route}' does not declare who may call it.",
            hint="Put @public, @by_link, @signed_in or @requires on it.",
            id="accounts.E001",
        )
        for name, route, view in all_patterns(get_resolver().url_patterns)
        if declaration_of(view) is None
    ]


@register(Tags.security)
def field_keys_are_usable(**kwargs: Any) -> list[Error]:
    """Without a usable key confidential fields could be neither written nor read."""
    try:
        keys = [Fernet(key) for key in settings.FIELD_KEYS]
    except ValueError:
        keys = []
    if keys:
        return []
    return [
        Error(
            "MENTORING_FIELD_KEYS holds no usable key.",
            hint="Set it to one or more Fernet keys, the newest first, separated by commas.",
            id="accounts.E002",
        )
    ]


@register(Tags.database)
def field_keys_are_those_of_the_database(databases: Any = None, **kwargs: Any) -> list[Error]:
    """A database whose fields lie under a key that is not given is not worked with: ``migrate`` stops here."""
    wrong = []
    for alias in databases or ():
        connection = connections[alias]
        if FieldKey._meta.db_table not in connection.introspection.table_names():
            continue
        in_use = FieldKey.objects.using(alias).filter(retired_at=None).values_list("key_id", flat=True)
        missing = sorted(set(in_use) - {key_id(key) for key in settings.FIELD_KEYS})
        wrong += [
            Error(
                f"This database holds fields under the key {each}, and MENTORING_FIELD_KEYS does not have it.",
                hint="Give the key back, behind the newest. It can go once `manage.py rotate_keys` says so.",
                id="accounts.E003",
            )
            for each in missing
        ]
    return wrong
