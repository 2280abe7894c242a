"""A limit is said in the language of the page, behind what else the field says."""

from django.utils.translation import gettext_lazy, override

from mentoring.lib.limits import at_most


def test_a_limit_is_said_behind_the_hint_and_in_the_language_of_the_page() -> None:
    hint = at_most(2000, gettext_lazy("Today"))
    with override("en-gb"):
        assert str(hint) == "Today At most 2,000 letters."
        assert str(at_most(600)) == "At most 600 letters."
    with override("cy"):
        assert str(hint).startswith("Heddiw ")
