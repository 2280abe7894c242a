"""Who may call which URL of the universities' own sign-in. Without a provider there is nothing behind its doors."""

from mentoring.federation.models import RoleProposal
from mentoring.federation.states import ProposalState
from schemes.states import Role
from tests.factories import NOW
from tests.house.access import SIGNED_IN, Row, World, roles


def _proposal(world: World) -> None:
    """The university says that omar is an intern."""
    northfield = world.northfield
    RoleProposal.objects.all().delete()
    world.made["proposal"] = RoleProposal.objects.create(
        person=northfield.omar,
        provider="northfield",
        scheme=northfield.scheme,
        unit=northfield.university,
        role=Role.INTERN,
        state=ProposalState.WAITING,
        proposed_at=NOW,
    )


def _one(world: World) -> dict[str, int]:
    return {"pk": world.made["proposal"].pk if "proposal" in world.made else 0}


def _nobody(world: World) -> dict[str, str]:
    return {"provider_id": "northfield"}


ADMIN = roles("admin")
APPOINT = roles("dr_lee", "mallory", "admin")
HERE = roles("dr_lee", "admin")
ROWS = [
    Row("stay", get=None, post=SIGNED_IN),
    Row("federation:again", get=frozenset(), arguments=_nobody),
    Row("federation:only", get=frozenset(), arguments=_nobody, gone_for_all=True),
    Row("federation:signed_out", get=frozenset(), arguments=_nobody, gone_for_all=True),
    Row("federation:resume", get=SIGNED_IN, post=SIGNED_IN),
    Row("federation:overview", get=ADMIN),
    Row("federation:try", get=None, post=frozenset(), arguments=_nobody),
    Row("federation:proposals", get=APPOINT),
    Row("federation:confirm", get=None, post=HERE, arguments=_one, prepare=_proposal, uses_up=True),
    Row("federation:decline", get=None, post=HERE, arguments=_one, prepare=_proposal, uses_up=True),
]
