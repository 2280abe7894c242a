"""Any message as any person would get it, for who sees messages. Its links lead nowhere: they are the reader's own."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from mentoring.matching.models import Match
from mentoring.messaging.letters import LETTERS, Action, Content
from mentoring.messaging.links import absolute
from mentoring.messaging.rendering import Addressee, render
from mentoring.messaging.selectors import messages_visible_to
from mentoring.nudges.letters import helper_of, words_of
from mentoring.nudges.rules import Owed
from mentoring.nudges.selectors import AGAIN, LETTER
from mentoring.participation.models import Participant
from schemes.nudging import Audience, Text

NOT_YET = frozenset({Text.WELCOME})  # goes to who has no mentor yet
FOR = {
    Text.WELCOME: Audience.MENTEE,
    Text.FIRST_HELLO: Audience.MENTOR,
    Text.TRAINING_DUE: Audience.MENTOR,
    Text.PHASE_MENTOR: Audience.MENTOR,
    Text.PHASE_MENTEE: Audience.MENTEE,
    Text.SECOND_TERM: Audience.MENTEE,
    Text.QUIET_PAIR: Audience.MENTOR,
    Text.STILL_HERE: Audience.MENTEE,
    Text.LOG_REMINDER: Audience.MENTOR,
}


@dataclass(frozen=True)
class Preview:
    """A rendered message."""

    subject: str
    sender: str
    html: str
    text: str


def preview(letter: str, participant: Participant, *, by: Any, now: datetime) -> Preview | None:
    """A message as a person would get it now; ``None`` when it has nothing to be about."""
    with override(participant.user.language or settings.LANGUAGE_CODE):
        content = _content(letter, participant, by, now)
        if content is None:
            return None
        to = Addressee(participant.user.full_name, participant.user.email)
        mail = render(_harmless(content), to=to, message_id="<preview@localhost>", now=now)
    html, text = mail.get_body(("html",)), mail.get_body(("plain",))
    assert html is not None and text is not None  # noqa: S101, PT018  (render makes both)
    return Preview(str(mail["Subject"]), str(mail["From"]), html.get_content(), text.get_content())


def _content(letter: str, participant: Participant, by: Any, now: datetime) -> Content | None:
    today = timezone.localdate(now)
    if letter.startswith(LETTER) and letter != AGAIN:
        owed = _as_if_owed(Text(letter.removeprefix(LETTER)), participant, now)
        if owed is None:
            return None
        content = words_of(owed, participant, today)
        return replace(content, reply_to=content.reply_to or helper_of(participant, today))
    owed_before = messages_visible_to(by, today).filter(letter=letter, recipient=participant.user_id)
    message = owed_before.select_related("recipient__institution", "cohort__scheme").order_by("-pk").first()
    return LETTERS[letter].compose(message) if message else None


def _as_if_owed(text: Text, participant: Participant, now: datetime) -> Owed | None:
    """A reason as the rules would find it, whether or not it stands."""
    if FOR.get(text, Audience.EITHER) not in {Audience.EITHER, participant.role}:
        return None
    mine = Q(mentor=participant) | Q(mentee=participant)
    match = Match.objects.known().filter(mine, introduced_at__isnull=False).order_by("pk").first()
    if match is None and text not in NOT_YET:
        return None
    began = match.introduced_at if match and match.introduced_at else participant.enrolled_at
    return Owed(
        0, timezone.localdate(began), "preview", text, participant.pk, participant.user_id, match.pk if match else 0
    )


def _harmless(content: Content) -> Content:
    """The same words; no link of the reader's own leaves with them, nor a file."""
    nowhere = absolute(reverse("nudges:rules"))
    actions = tuple(Action(action.label, nowhere) for action in content.actions)
    return replace(content, actions=actions, stop_url=nowhere if content.stop_url else "", attachments=())
