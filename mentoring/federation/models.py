"""Roles that a university's own sign-in proposes: waiting for somebody who may appoint."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.registry import ACTIVITY, LINK, SETTING, declare
from mentoring.federation.states import ProposalState
from schemes.models import Scheme, Unit
from schemes.states import Role


class RoleProposal(models.Model):
    """A provider said of a person what stands for a role. It gives nobody anything until it is confirmed."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    provider = models.CharField(max_length=200)
    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=32, choices=Role)
    state = models.CharField(max_length=16, choices=ProposalState, default=ProposalState.WAITING)
    proposed_at = models.DateTimeField()

    personal_data = declare(
        "person",
        id=LINK,
        person=LINK,
        provider=SETTING,
        scheme=LINK,
        unit=LINK,
        role=ACTIVITY,
        state=ACTIVITY,
        proposed_at=ACTIVITY,
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "scheme", "unit", "role"],
                condition=~Q(state=ProposalState.WITHDRAWN),
                name="one_proposal_a_role",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} as {self.get_role_display()}"
