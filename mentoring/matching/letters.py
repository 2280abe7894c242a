"""What matching writes to people. Reply-To is a university address; it is in no text (R40)."""

from django.db.models import BigIntegerField, Exists, OuterRef, Q
from django.db.models.functions import Cast
from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mentoring.matching.models import Match, SwapRequest
from mentoring.matching.selectors import swap_link, swaps_visible_to
from mentoring.matching.states import KNOWN, EndReason, MatchState, SwapState
from mentoring.messaging.letters import Action, Content, Letter, register
from mentoring.messaging.links import absolute, make_token
from mentoring.messaging.models import Message
from mentoring.messaging.states import Urgency
from mentoring.participation.models import Participant
from mentoring.participation.selectors import introduction_line, shown_in_common
from mentoring.participation.states import ParticipantState
from schemes.roles import Capability

ONE_TAP = (
    ("hello", gettext_lazy("Hi, nice to meet you")),
    ("fine", gettext_lazy("Thanks, I am fine for now")),
    ("meet", gettext_lazy("Can we meet?")),
    ("question", gettext_lazy("I have a question")),
    ("not-now", gettext_lazy("Not now")),
)


def _match(message: Message) -> Match | None:
    """The match a message is about, with its people; ``None`` unless both still take part and know."""
    kept = Match.objects.with_people().prefetch_related("mentor__facts", "mentee__facts")
    match = kept.filter(pk=message.object_id).first()
    return match if match and match.state in KNOWN and not _has_left(match) else None


def _has_left(match: Match) -> bool:
    return ParticipantState.LEFT in {match.mentor.state, match.mentee.state}


def _page(name: str) -> str:
    """A page's full address, or the front page while nothing of that name exists."""
    try:
        return absolute(reverse(name))
    except NoReverseMatch:
        return absolute("/")


def _signed(name: str, match: Match, purpose: str, object_id: int, **arguments: str) -> str:
    """A signed link of the mentee's, as a full address."""
    token = make_token(purpose=purpose, person=match.mentee.user, object_id=object_id)
    return absolute(reverse(name, kwargs={**arguments, "token": token}))


def one_tap(match: Match, *choices: str) -> tuple[Action, ...]:
    """Some of the mentee's one-tap replies; each link shows a page with one button (R58)."""
    labels = dict(ONE_TAP)
    return tuple(
        Action(str(labels[choice]), _signed("contacts:reply_link", match, f"reply-{choice}", match.pk, choice=choice))
        for choice in choices
    )


def one_tap_actions(match: Match) -> tuple[Action, ...]:
    """All of them, in their order."""
    return one_tap(match, *dict(ONE_TAP))


def way_out(match: Match, label: str) -> Action:
    """The page on which a mentee stops without signing in; to another mentor it leads on by signing in (R2)."""
    return Action(label, _signed("portal:stop_link", match, "stop", match.mentee_id))


def mentee_actions(match: Match) -> tuple[Action, ...]:
    """The one-tap replies, and last the way out."""
    return (*one_tap_actions(match), way_out(match, _("Stop, or a different mentor")))


def hello_content(mentor: Participant, mentee: Participant, actions: tuple[Action, ...]) -> Content:
    """The introduction that a mentee gets, with the mentor's own words (R27, R37, R42)."""
    name, asked = mentor.user.first_name, mentee.cohort.policy.is_opt_in
    return Content(
        subject=_("%(name)s says hello") % {"name": name},
        paragraphs=(
            _("%(name)s is your peer mentor. %(line)s.") % {"name": name, "line": introduction_line(mentor)},
            _("You asked for one. Just a student who has done this before.")
            if asked
            else _("Everyone who starts here gets one. Just a student a year ahead, who has done this before."),
            _("One tap is enough to say hello back. You can also simply reply to this e-mail."),
            _(
                "What you tell each other stays between you, unless somebody is in danger. "
                "It goes both ways: you choose what to share, and so does %(name)s."
            )
            % {"name": name},
        ),
        actions=actions,
        quote=mentor.hello,
        tags=tuple(shown_in_common(mentee, mentor)),
        why=_("You are getting this because you asked for a mentor. You can stop at any time.")
        if asked
        else _("You are getting this because every new student is given a mentor. You can stop at any time."),
        sender_name=mentor.user.full_name,
        reply_to=mentor.user.email,
    )


def hello(message: Message) -> Content | None:
    """To a mentee: their mentor says hello."""
    match = _match(message)
    return hello_content(match.mentor, match.mentee, mentee_actions(match)) if match else None


def hello_stands() -> Q:
    """What ``hello`` asks of its match, as a condition on the message's row."""
    match = Match.objects.filter(pk=Cast(OuterRef("object_id"), BigIntegerField()), state__in=KNOWN)
    left = Q(mentor__state=ParticipantState.LEFT) | Q(mentee__state=ParticipantState.LEFT)
    return Q(Exists(match.exclude(left)))


def meet_content(mentor: Participant, mentees: list[Participant], *, is_first: bool, action: Action) -> Content:
    """The letter that names a mentor's new mentees, and what each shares with them."""
    names = [mentee.user.first_name for mentee in mentees]
    return Content(
        subject=_meet_subject(names, is_first),
        paragraphs=(
            ngettext(
                "You have a new mentee. They have had a hello from you, with your own words in it.",
                "You have new mentees. They have had a hello from you, with your own words in it.",
                len(names),
            ),
            *(_line_about(mentor, mentee) for mentee in mentees),
            _("Most answer late or not at all: that is normal. Trying counts as a contact."),
            _("You are not their counsellor or tutor."),
            _("What they tell you stays between you, unless somebody is in danger."),
        ),
        actions=(action,),
        why=_("You are getting this because you are a mentor this year."),
        reply_to=mentees[0].user.email if len(mentees) == 1 else "",
    )


def _meet_subject(names: list[str], is_first: bool) -> str:
    if len(names) == 1:
        return _("Meet %(name)s") % {"name": names[0]}
    count = {2: _("two"), 3: _("three"), 4: _("four"), 5: _("five"), 6: _("six")}.get(len(names), str(len(names)))
    if is_first:
        return _("Meet your %(count)s") % {"count": count}
    return _("Meet your new %(count)s") % {"count": count}


def _line_about(mentor: Participant, mentee: Participant) -> str:
    shared = shown_in_common(mentor, mentee)
    line = f"{mentee.user.first_name}: {introduction_line(mentee)}"
    return (
        _("%(line)s. You both said: %(shared)s.") % {"line": line, "shared": ", ".join(shared)}
        if shared
        else f"{line}."
    )


def meet(message: Message) -> Content | None:
    """To a mentor: everybody who was introduced to them at the same moment."""
    first = Match.objects.filter(pk=message.object_id).first()
    if first is None or first.introduced_at is None:
        return None
    own = Match.objects.known().filter(mentor=first.mentor_id).with_people()
    together = list(own.filter(introduced_at=first.introduced_at).prefetch_related("mentor__facts", "mentee__facts"))
    if not together:
        return None
    together.sort(key=lambda match: match.mentee.user.first_name)
    is_first = not Match.objects.filter(mentor=first.mentor_id, introduced_at__lt=first.introduced_at).exists()
    action = Action(_("See your mentees"), _page("portal:mentees"))
    return meet_content(together[0].mentor, [m.mentee for m in together], is_first=is_first, action=action)


def _swap(message: Message) -> SwapRequest | None:
    related = ("match__mentor__user", "match__mentee__user", "handler", "match__cohort__scheme")
    return SwapRequest.objects.select_related(*related).filter(pk=message.object_id).first()


def swap_asked(message: Message) -> Content | None:
    """To a mentee who asked for another mentor: a receipt with the promise."""
    swap = _swap(message)
    if swap is None or swap.state != SwapState.ASKED:
        return None
    day = date_format(swap.promised_by, "l j F")
    paragraphs = [_("You asked for a different mentor. You will hear by %(day)s.") % {"day": day}]
    if swap.handler:
        paragraphs.append(_("%(name)s is finding somebody for you.") % {"name": swap.handler.full_name})
    paragraphs.append(
        _("%(name)s will be told kindly, and never why. Changing is normal.")
        % {"name": swap.match.mentor.user.first_name}
    )
    return Content(
        subject=_("We are finding you someone"),
        paragraphs=tuple(paragraphs),
        actions=(Action(_("Take it back"), swap_link(swap)),),
        why=_("You are getting this because you asked for a different mentor."),
        reply_to=swap.handler.email if swap.handler else "",
    )


def swap_wanted(message: Message) -> Content | None:
    """To who was chosen to deal with a swap: no names, no reasons, only the way there."""
    swap = _swap(message)
    if swap is None or swap.state != SwapState.ASKED:
        return None
    day = date_format(swap.promised_by, "l j F")
    path = reverse("matching:swap", kwargs={"public_key": swap.public_key})
    return Content(
        subject=_("A student would like a different mentor"),
        paragraphs=(
            _("They chose you to deal with it. We promised an answer by %(day)s.") % {"day": day},
            _("Three mentors with room are waiting on the page."),
        ),
        actions=(Action(_("Find a mentor"), absolute(path)),),
        why=_("You are getting this because a student chose you."),
    )


def swap_done(message: Message) -> Content | None:
    """To the mentor of before: kindly, and never why."""
    swap = _swap(message)
    if swap is None:
        return None
    name = swap.match.mentee.user.first_name
    return Content(
        subject=_("A change for %(name)s") % {"name": name},
        paragraphs=(
            _("%(name)s has a different mentor now.") % {"name": name},
            _("Matches change in every year, for all sorts of reasons. It is no verdict on anybody."),
            _("Every contact you made counts, and so does the start you gave. Thank you."),
        ),
        actions=(Action(_("See your mentees"), _page("portal:mentees")),),
        why=_("You are getting this because you were their mentor."),
        reply_to=swap.handler.email if swap.handler else "",
    )


def mentee_stopped(message: Message) -> Content | None:
    """To the mentor of somebody who stopped."""
    match = _ended(message, EndReason.MENTEE_LEFT)
    if match is None:
        return None
    name = match.mentee.user.first_name
    return Content(
        subject=_("%(name)s is all right without a mentor") % {"name": name},
        paragraphs=(
            _("%(name)s has stopped peer mentoring. Please do not write to them about it.") % {"name": name},
            _("Nobody is asked why, and many do: being there was the point. Thank you for that."),
        ),
        actions=(Action(_("See your mentees"), _page("portal:mentees")),),
        why=_("You are getting this because you were their mentor."),
    )


def mentor_stopped(message: Message) -> Content | None:
    """To the mentee of a mentor who stopped."""
    match = _ended(message, EndReason.MENTOR_LEFT)
    if match is None or match.mentee.state == ParticipantState.LEFT:
        return None
    if Match.objects.live().filter(mentee=match.mentee_id).exists():
        return None  # somebody has been found already: their hello says it better
    name = match.mentor.user.first_name
    return Content(
        subject=_("We are finding you a new mentor"),
        paragraphs=(
            _("%(name)s has stopped mentoring. It has nothing to do with you.") % {"name": name},
            _("You need not do anything: somebody else will say hello soon."),
        ),
        why=_("You are getting this because you have a peer mentor."),
    )


def moved_mentee(message: Message) -> Content | None:
    """To a student whose pair a coordinator ended: somebody is being found, and nothing is held against anybody."""
    match = _ended(message, EndReason.MOVED)
    if match is None or _has_left(match) or Match.objects.live().filter(mentee=match.mentee_id).exists():
        return None
    name = match.mentor.user.first_name
    return Content(
        subject=_("We are finding you a new mentor"),
        paragraphs=(
            _("You and %(name)s are no longer a pair. That happens, and nothing is held against anybody.")
            % {"name": name},
            _("You need not do anything: somebody else will say hello soon."),
        ),
        actions=(way_out(match, _("No mentor, or not now")),),
        why=_("You are getting this because you have a peer mentor."),
    )


def moved_mentor(message: Message) -> Content | None:
    """To the mentor of such a pair: no verdict, and thanks."""
    match = _ended(message, EndReason.MOVED)
    if match is None or match.mentor.state == ParticipantState.LEFT:
        return None
    name = match.mentee.user.first_name
    return Content(
        subject=_("A change for %(name)s") % {"name": name},
        paragraphs=(
            _("%(name)s will have a different mentor.") % {"name": name},
            _("Matches change in every year, for all sorts of reasons. It is no verdict on anybody."),
            _("Every contact you made counts, and so does the start you gave. Thank you."),
        ),
        actions=(Action(_("See your mentees"), _page("portal:mentees")),),
        why=_("You are getting this because you were their mentor."),
    )


def _ended(message: Message, reason: EndReason) -> Match | None:
    match = Match.objects.with_people().filter(pk=message.object_id).first()
    return match if match and match.state == MatchState.ENDED and match.end_reason == reason else None


def back(message: Message) -> Content | None:
    """To the other side of somebody who came back."""
    match = _match(message)
    recipient = message.recipient
    if match is None or recipient is None:
        return None
    other = match.mentee if recipient.pk == match.mentor.user_id else match.mentor
    name = other.user.first_name
    return Content(
        subject=_("%(name)s is back") % {"name": name},
        paragraphs=(_("%(name)s takes part in peer mentoring again, and you are a pair as before.") % {"name": name},),
        why=_("You are getting this because you are matched with each other."),
        sender_name=other.user.full_name,
        reply_to=other.user.email,
    )


for _letter in (
    Letter("matching.hello", Urgency.NORMAL, hello, gettext_lazy("Hello from a mentor"), hello_stands),
    Letter("matching.meet", Urgency.NORMAL, meet, gettext_lazy("Meet your mentees")),
    *(
        Letter(
            f"matching.{name}", Urgency.NORMAL, compose, title, needs=Capability.HANDLE_SWAPS, seen_by=swaps_visible_to
        )
        for name, compose, title in (
            ("swap-asked", swap_asked, gettext_lazy("Different mentor: receipt")),
            ("swap-wanted", swap_wanted, gettext_lazy("Different mentor: to deal with")),
            ("swap-done", swap_done, gettext_lazy("Different mentor: to the mentor before")),
        )
    ),
    Letter("matching.mentee-stopped", Urgency.NORMAL, mentee_stopped, gettext_lazy("A mentee stopped")),
    Letter("matching.mentor-stopped", Urgency.NORMAL, mentor_stopped, gettext_lazy("A mentor stopped")),
    *(
        # Of a pair that ended without these letters another mentor was asked for.
        Letter(f"matching.{name}", Urgency.NORMAL, compose, title, needs=Capability.HANDLE_SWAPS)
        for name, compose, title in (
            ("moved-mentee", moved_mentee, gettext_lazy("A pair ended: to the student")),
            ("moved-mentor", moved_mentor, gettext_lazy("A pair ended: to the mentor")),
        )
    ),
    Letter("matching.back", Urgency.NORMAL, back, gettext_lazy("Somebody is back")),
):
    register(_letter)
