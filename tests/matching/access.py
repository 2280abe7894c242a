"""Who gets which answer at the URLs of matching."""

from typing import Any
from uuid import UUID

from mentoring.matching.models import HandMove, Proposal, Run, SwapRequest, Trial
from mentoring.matching.selectors import SWAP_LINK
from mentoring.matching.states import EndReason, MatchState, RunState, TrialKind
from mentoring.messaging.links import make_token
from mentoring.participation.states import ParticipantState
from tests.factories import NOW, TODAY, MatchFactory, MentorFactory, ParticipantFactory, UserFactory
from tests.house.access import EVERYONE, SIGNED_IN, Row, World, roles

SEERS = roles("tom", "sam", "carys", "dr_lee", "mallory")
HANDLERS = roles("una", "sam", "carys", "dr_lee", "mallory")
ITS_DRAFTERS = roles("tom", "sam", "dr_lee")
ITS_PUBLISHERS = roles("sam", "dr_lee")
ONLY_DRAFTS = roles("tom")


def _draft(world: World) -> None:
    """A draft about Human and Health Sciences: Dewi with una."""
    if "run" in world.made:
        return
    northfield = world.northfield
    dewi = ParticipantFactory(
        user=UserFactory(given_name="Dewi"), cohort=northfield.cohort, programme=northfield.sociology
    )
    run = Run.objects.create(
        cohort=northfield.cohort,
        unit=northfield.health,
        seed=1,
        requested_by=northfield.sam,
        queued_at=NOW,
        state=RunState.DRAFT,
        job_state="done",
        digest="0" * 64,
        solved_at=NOW,
    )
    proposal = Proposal.objects.create(run=run, mentee=dewi, mentor=northfield.participant("una"), strength="weak")
    world.made.update(run=run, proposal=proposal, dewi=dewi)


def _move(world: World) -> None:
    """Dewi, moved by hand."""
    _draft(world)
    proposal = world.made["proposal"]
    world.made["move"] = HandMove.objects.create(
        run=world.made["run"],
        mentee=proposal.mentee,
        moved_to=proposal.mentor,
        moved_by=world.northfield.sam,
        moved_at=NOW,
    )


def _trial(world: World) -> None:
    """A what-if about the draft, answered."""
    _draft(world)
    world.made["trial"] = Trial.objects.create(
        run=world.made["run"],
        kind=TrialKind.WHAT_IF,
        asked={"places": 1},
        answer={
            "pairs": [1, 2],
            "undersized": 0,
            "near": 0,
            "proven": True,
            "after": {str(world.made["dewi"].pk): 0},
            "matched": [world.made["dewi"].pk],
            "lost": [],
            "moved": [],
        },
        requested_by=world.northfield.sam,
        queued_at=NOW,
        job_state="done",
    )


def _swap(world: World) -> None:
    """aisha asked for a different mentor, and chose sam."""
    if "swap" in world.made:
        return
    world.made["swap"] = SwapRequest.objects.create(
        match=world.matches["aisha"], reasons=["comfort"], handler=world.northfield.sam, asked_at=NOW, promised_by=TODAY
    )


def _orphan(world: World) -> None:
    """Dewi, whose mentor has stopped."""
    if "gone" in world.made:
        return
    _draft(world)
    northfield = world.northfield
    gone = MentorFactory(
        user=UserFactory(given_name="Gone"),
        cohort=northfield.cohort,
        programme=northfield.sociology,
        state=ParticipantState.LEFT,
        left_at=NOW,
    )
    MatchFactory(
        mentor=gone,
        mentee=world.made["dewi"],
        state=MatchState.ENDED,
        ended_at=NOW,
        end_reason=EndReason.MENTOR_LEFT,
    )
    world.made["gone"] = gone


def _key(name: str) -> Any:
    return lambda world: world.made[name].pk if name in world.made else 0


def _of_swap(world: World) -> dict[str, UUID]:
    return {"public_key": world.made["swap"].public_key}


def _of_run(name: str, **fields: Any) -> Row:
    return Row(name, arguments=lambda world: {"pk": _key("run")(world)}, prepare=_draft, **fields)


def _of_proposal(name: str, **fields: Any) -> Row:
    return Row(
        name,
        arguments=lambda world: {"pk": _key("run")(world), "proposal": _key("proposal")(world)},
        prepare=_draft,
        **fields,
    )


def _of_trial(name: str, **fields: Any) -> Row:
    return Row(
        name,
        arguments=lambda world: {"pk": _key("run")(world), "trial": _key("trial")(world)},
        prepare=_trial,
        **fields,
    )


def _token(world: World) -> dict[str, str]:
    swap = world.made["swap"]
    person = world.matches["aisha"].mentee.user
    return {"token": make_token(purpose=SWAP_LINK, person=person, object_id=str(swap.public_key))}


ROWS = [
    Row("matching:drafts", get=SEERS),
    Row("matching:start", get=None, post=SEERS),
    _of_run("matching:draft", get=ITS_DRAFTERS),
    _of_run("matching:again", get=None, post=ITS_DRAFTERS),
    _of_run("matching:cancel", get=None, post=ITS_DRAFTERS),
    _of_run("matching:discard", get=None, post=ITS_DRAFTERS),
    _of_run("matching:beside", get=None, post=ITS_DRAFTERS),
    _of_run("matching:keep_many", get=None, post=ITS_DRAFTERS),
    _of_run("matching:about", get=ITS_DRAFTERS),
    _of_run("matching:repeat", get=None, post=ITS_DRAFTERS),
    _of_run("matching:fairness", get=ITS_DRAFTERS),
    _of_run("matching:shuffle", get=None, post=ITS_DRAFTERS),
    _of_run("matching:what_if", get=ITS_DRAFTERS, post=ITS_DRAFTERS),
    Row(
        "matching:undo_move",
        get=None,
        post=ITS_DRAFTERS,
        arguments=lambda world: {"pk": _key("run")(world), "move": _key("move")(world)},
        prepare=_move,
        uses_up=True,
    ),
    _of_trial("matching:trial", get=ITS_DRAFTERS),
    _of_trial("matching:trial_cancel", get=None, post=ITS_DRAFTERS),
    _of_trial("matching:trial_delete", get=None, post=ITS_DRAFTERS, uses_up=True),
    Row("matching:compare", get=SEERS),
    _of_proposal("matching:cost", get=ITS_DRAFTERS),
    _of_proposal("matching:room", get=None, post=ITS_DRAFTERS),
    _of_run("matching:publish", get=ITS_PUBLISHERS, post=ITS_PUBLISHERS, seen_but_refused=ONLY_DRAFTS),
    _of_run("matching:unpublish", get=None, post=ITS_PUBLISHERS, seen_but_refused=ONLY_DRAFTS),
    _of_proposal("matching:student", get=ITS_DRAFTERS),
    _of_proposal("matching:move", get=None, post=ITS_DRAFTERS),
    _of_proposal("matching:keep", get=None, post=ITS_DRAFTERS),
    Row(
        "matching:keep_group",
        get=None,
        post=ITS_DRAFTERS,
        arguments=lambda world: {"pk": _key("run")(world), "mentor": world.northfield.participant("una").pk},
        prepare=_draft,
    ),
    Row("matching:swaps", get=HANDLERS),
    Row("matching:swap", get=ITS_PUBLISHERS, arguments=_of_swap, prepare=_swap),
    Row(
        "matching:choose",
        get=None,
        post=ITS_PUBLISHERS,
        arguments=_of_swap,
        prepare=_swap,
    ),
    Row(
        "matching:swap_open",
        get=None,
        post=ITS_PUBLISHERS,
        arguments=lambda world: {"match": world.matches["ben"].pk},
    ),
    Row(
        "matching:place",
        get=ITS_PUBLISHERS,
        post=ITS_PUBLISHERS,
        arguments=lambda world: {"pk": _key("dewi")(world)},
        prepare=_draft,
    ),
    Row(
        "matching:rehome",
        get=ITS_PUBLISHERS,
        post=ITS_PUBLISHERS,
        arguments=lambda world: {"mentor": _key("gone")(world)},
        prepare=_orphan,
    ),
    Row("matching:swap_ask", get=SIGNED_IN, post=SIGNED_IN),
    Row("matching:swap_withdraw", get=None, post=roles("aisha")),
    Row("matching:swap_link", get=EVERYONE, post=EVERYONE, arguments=_token, prepare=_swap),
    Row("matching:swap_link_withdraw", get=None, post=EVERYONE, arguments=_token, prepare=_swap),
]
