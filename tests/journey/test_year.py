"""A mentoring year, walked in a browser from an empty installation, on real files, with real processes.

One test, because each stage stands on the one before. What time would have to pass for is moved
in the database; everything else is done as its users do it.
"""

from collections.abc import Callable

import pytest

from tests.journey import (
    stages_agreeing,
    stages_console,
    stages_contact,
    stages_leaving,
    stages_matching,
    stages_mentors,
    stages_opening,
    stages_support,
)
from tests.journey.conftest import Mailbox, Visitor
from tests.journey.year import Year

STAGES: tuple[Callable[[Year], None], ...] = (
    stages_opening.begin,
    stages_opening.set_up_the_scheme,
    stages_opening.import_everybody,
    stages_mentors.recruit,
    stages_mentors.train,
    stages_matching.ask_wishes,
    stages_matching.match_everybody,
    stages_matching.introduce,
    stages_agreeing.agree,
    stages_leaving.stop_and_undo,
    stages_leaving.swap,
    stages_contact.log_contacts,
    stages_contact.answer_with_one_tap,
    stages_contact.nudge,
    stages_support.meet_in_support_groups,
    stages_console.look_at_today,
    stages_console.begin_the_next_year,
    stages_console.nobody_heard_twice,
)


@pytest.mark.django_db(transaction=True)
@pytest.mark.real_clock
def test_the_year_from_sign_in_to_today(visit: Callable[..., Visitor], mailbox: Mailbox) -> None:
    year = Year(visit, mailbox)
    for stage in STAGES:
        stage(year)
