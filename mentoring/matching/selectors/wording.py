"""Codes in plain words. What belongs to another person is never in the codes, so never in the words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mentoring.matching.rules import PRIVATE, Cost, Sizes
from mentoring.participation.selectors import mode_words


def wishes_words(codes: Mapping[str, Any]) -> str:
    """The outcome of a student's wishes, never what they were about."""
    wished, honoured = codes.get("wished", 0), codes.get("honoured", 0)
    if codes.get("by_hand"):
        return _("Chosen by hand")
    if not wished:
        return ""
    if wished == 1:
        return _("Wish honoured") if honoured else _("Wish not honoured")
    if honoured == wished:
        return _("All %d wishes honoured") % wished
    return _("%(honoured)d of %(wished)d wishes honoured") % {"honoured": honoured, "wished": wished}


def without_wishes_told(codes: Mapping[str, Any]) -> dict[str, Any]:
    """The codes of a pair but for the outcome of its wishes."""
    return {name: code for name, code in codes.items() if name not in {"wished", "honoured"}}


def study_words(codes: Mapping[str, Any], mentee_discipline: str, mentor_discipline: str) -> str:
    """What both study."""
    if not codes.get("near"):
        return _("Both on %(discipline)s") % {"discipline": mentor_discipline}
    return _("%(theirs)s, near to %(own)s") % {"theirs": mentor_discipline, "own": mentee_discipline}


def pair_words(codes: Mapping[str, Any], mentee_discipline: str, mentor_discipline: str, shared: list[str]) -> str:
    """One line for a pair: what both study, the outcome of wishes, what both chose to show."""
    parts = [
        study_words(codes, mentee_discipline, mentor_discipline),
        wishes_words(codes),
        common_words(codes, shared),
    ]
    return ". ".join(filter(None, parts)) + "."


def common_words(codes: Mapping[str, Any], shared: list[str]) -> str:
    """What both chose to show; only a number for what they keep to themselves."""
    if shared:
        return _("Both said: %(what)s") % {"what": ", ".join(shared)}
    hidden = codes.get("shared", 0)
    return ngettext("%d thing in common", "%d things in common", hidden) % hidden if hidden else ""


def unmatched_words(codes: Mapping[str, Any], discipline: str) -> tuple[str, str]:
    """Why somebody has no mentor, and what would help."""
    kind = codes.get("kind")
    if kind == "competition":
        return _competition_words(codes, discipline)
    if kind == "no-mentor":
        return _("No trained mentor in %(discipline)s has a free place.") % {"discipline": discipline}, (
            _("Another mentor in %(discipline)s, or places in a near subject.") % {"discipline": discipline}
        )
    if kind == "rules":
        return _rules_words(codes, discipline)
    if kind == "no-group":
        return _("Is in no tutor group."), _("A tutor group for this student, in People.")
    if kind == "group":
        return _("No mentor is left for this tutor group, or none of them may have it."), _("Another mentor.")
    if kind == "left-out":
        return _("Left out by choice."), _("Include them again, and work it out anew.")
    if kind == "made-room":
        return _("Made room for somebody else, by hand."), _("Choose a mentor, or work it out anew.")
    if kind == "free-place":
        return _("There is room since the last change."), _("Choose a mentor, or work it out anew.")
    return _("Joined after this was worked out."), _("Work it out anew.")


def _competition_words(codes: Mapping[str, Any], discipline: str) -> tuple[str, str]:
    students, places = codes.get("students", 0), codes.get("places", 0)
    short = max(1, students - places)
    why = _("%(students)d students for %(places)d places in %(discipline)s.") % {
        "students": students,
        "places": places,
        "discipline": discipline,
    }
    more = ngettext("%d more place there", "%d more places there", short) % short
    if codes.get("elsewhere"):
        return why, _("%(more)s, or places in a near subject.") % {"more": more}
    return why, f"{more}."


def _rules_words(codes: Mapping[str, Any], discipline: str) -> tuple[str, str]:
    in_the_way = set(codes.get("in_the_way", ()))
    if PRIVATE in in_the_way:
        return (
            _("No mentor in %(discipline)s fits everybody's personal wishes.") % {"discipline": discipline},
            _("More mentors to choose from there, or a word with the student about what they would like."),
        )
    if in_the_way == {"campus"}:
        why = _("No mentor in %(discipline)s is on their campus.") % {"discipline": discipline}
        return why, _("A mentor on their campus, or matching across campuses.")
    return (
        _("No mentor in %(discipline)s shares their campus and study mode.") % {"discipline": discipline},
        _("A mentor who does, or matching across them."),
    )


def remedy_words(codes: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """What would help, as something to do."""
    kind, discipline = codes["kind"], names.get(codes["discipline"], codes["discipline"])
    if kind == "near":
        others = ", ".join(names.get(group, group) for group in codes["others"])
        return _("Allow a near subject for %(own)s. There is room in %(others)s.") % {
            "own": discipline,
            "others": others,
        }
    if kind == "wider":
        return _("Widen groups in %(discipline)s to %(size)d.") % {"discipline": discipline, "size": codes["size"]}
    if kind == "campus":
        return _("Match %(discipline)s across campuses.") % {"discipline": discipline}
    if kind == "mode":
        return _("Match %(discipline)s across study modes.") % {"discipline": discipline}
    return _recruiting_words(codes, discipline)


def _recruiting_words(codes: Mapping[str, Any], discipline: str) -> str:
    count = codes["mentors"]
    where = ", ".join(filter(None, [discipline, codes.get("campus"), mode_words(codes.get("mode", "")).lower()]))
    words = ngettext("Recruit %(n)d mentor in %(where)s", "Recruit %(n)d mentors in %(where)s", count)
    words %= {"n": count, "where": where}
    who = {
        "woman": ngettext("a woman", "women", count),
        "man": ngettext("a man", "men", count),
        "non-binary": _("non-binary"),
    }.get(codes.get("gender", ""))
    if who:
        return f"{words}: {who}."
    if codes.get("who") == PRIVATE:
        return f"{words}, " + _("to have more to choose from for personal wishes.")
    return f"{words}."


def left_out_words(code: str) -> str:
    """Why a drafted pair was not published."""
    return {
        "left": _("stopped taking part meanwhile"),
        "matched": _("has been given a mentor meanwhile"),
        "mentor": _("their mentor is no longer available"),
        "full": _("their mentor's places were filled meanwhile"),
        "rule": _("the two no longer fit the rules of the matching"),
    }.get(code, "")


def cost_words(cost: Cost, leaving: str) -> list[str]:
    """What a choice would change for others and for the student; empty when nothing."""
    words = []
    if cost.leaves is not None:
        words.append(_("Leaves %(name)s with %(size)d.") % {"name": leaving, "size": cost.leaves})
    if cost.makes is not None:
        words.append(ngettext("Makes a group of %d.", "Makes a group of %d.", cost.makes) % cost.makes)
    return words


def home_words(*, name: str, size: int, makes: int, near: int, sizes: Sizes) -> list[str]:
    """What it would cost everybody to give students to this mentor: numbers of people, never who wished what."""
    words = []
    if size:
        words.append(
            _("%(name)s’s group grows from %(size)d to %(makes)d.") % {"name": name, "size": size, "makes": makes}
        )
    if makes > sizes.most:
        over = makes - sizes.most
        words.append(ngettext("That is %d more than planned.", "That is %d more than planned.", over) % over)
    if makes < sizes.least:
        words.append(ngettext("Makes a group of %d.", "Makes a group of %d.", makes) % makes)
    if near:
        words.append(ngettext("%d student in a near subject.", "%d students in a near subject.", near) % near)
    return words
