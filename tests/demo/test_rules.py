"""Where one is in the tour."""

import pytest

from mentoring.demo.rules import STEPS, steps


@pytest.mark.parametrize(
    ("done", "following"),
    [
        ([], "import"),
        (["import"], "match"),
        (["log"], "import"),
        (["import", "match", "log"], "publish"),
        (STEPS, None),
    ],
)
def test_the_next_step_is_the_first_that_was_not_done(done, following) -> None:
    made = steps(done)
    assert [step.key for step in made] == list(STEPS)
    assert next((step.key for step in made if step.is_next), None) == following
    assert {step.key for step in made if step.is_done} == set(done)
