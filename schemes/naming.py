"""A scheme calls things by its own words, from one moment to the next on every page and in every letter."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed, WrongState, record
from schemes.models import Scheme
from schemes.permissions import can_edit_scheme
from schemes.policy import policy_from
from schemes.speech import words_of
from schemes.words import WORDS, OwnWords


@transaction.atomic
def call_things(
    *, scheme: Scheme, own: OwnWords, by: User, now: datetime, instead_of: OwnWords | None = None
) -> OwnWords:
    """Give a scheme these words; the ones that it had. Giving it the same again changes nothing.

    ``instead_of`` are the words that they replace, where it matters: ``WrongState`` when somebody changed them
    meanwhile. Raises ``NotAllowed``, and ``BadPolicy`` for words that cannot be told apart.
    """
    scheme = Scheme.objects.select_for_update(of=("self",)).select_related("unit").get(pk=scheme.pk)
    if not can_edit_scheme(by, scheme, timezone.localdate(now)):
        raise NotAllowed
    before = words_of(scheme)
    if instead_of is not None and instead_of != before:
        raise WrongState(_("Somebody has changed the words meanwhile. Look at them again."))
    if own != before:
        knobs = {**scheme.knobs, "words": own.as_json()}
        policy_from(knobs)
        scheme.knobs = knobs
        scheme.save(update_fields=["knobs"])
        changed = [f"words.{word.key}" for word in WORDS if own.of(word.key) != before.of(word.key)]
        record(verb="words changed", obj=scheme, by=by, now=now, fields=changed, scheme_id=scheme.pk)
    return before
