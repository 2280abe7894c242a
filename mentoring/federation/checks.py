"""System checks: a role mapping that would do more, or less, than its author thinks."""

from typing import Any

from django.core.checks import Error, Tags, register

from mentoring.federation.selectors import providers
from mentoring.federation.states import PROPOSABLE


@register(Tags.security)
def only_low_roles_are_proposed(**kwargs: Any) -> list[Error]:
    """A directory never makes coordinators, managers or more."""
    return [
        Error(
            f"The sign-in provider '{provider.id}' proposes the role '{rule.role}'.",
            hint=f"Only these can be proposed: {', '.join(sorted(PROPOSABLE))}.",
            id="federation.E001",
        )
        for provider in providers()
        for rule in provider.roles
        if rule.role not in PROPOSABLE
    ]
