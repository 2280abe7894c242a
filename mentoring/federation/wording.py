"""What pages say about a provider: why somebody was not let in, what is set, what its IT must be told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mentoring.federation.rules import Why
from mentoring.federation.selectors import domains_for, unusable_roles
from mentoring.identity import Provider


@dataclass(frozen=True)
class Told:
    """A heading, and what to do."""

    heading: str
    text: str


HEADINGS: dict[Why, str | Promise] = {
    Why.UNKNOWN: gettext_lazy("You are not on the list yet"),
    Why.OTHER_DOMAIN: gettext_lazy("That is not an address of this university"),
    Why.NO_ADDRESS: gettext_lazy("Your university did not tell us your address"),
    Why.NOT_VERIFIED: gettext_lazy("Your address is not confirmed"),
    Why.NOT_REQUIRED: gettext_lazy("This account is not meant for peer mentoring"),
    Why.NO_SUBJECT: gettext_lazy("Your university did not tell us who you are"),
    Why.OTHER_SUBJECT: gettext_lazy("Your university account has changed"),
    Why.OTHER_PERSON: gettext_lazy("Your address belongs to somebody else here"),
    Why.REPLAYED: gettext_lazy("That answer was used already"),
    Why.UNREADABLE: gettext_lazy("Signing in did not work"),
    Why.NOT_ONESELF: gettext_lazy("That was another person"),
    Why.NOT_FRESH: gettext_lazy("Your university did not ask who you are"),
}
TEXTS: dict[Why, str | Promise] = {
    Why.UNKNOWN: gettext_lazy(
        "%(university)s knows you, but nobody has added you to peer mentoring. Ask your peer mentoring team to add you."
    ),
    Why.OTHER_DOMAIN: gettext_lazy("Sign in with your university account, not with another one."),
    Why.NO_ADDRESS: gettext_lazy(
        "Without your university address we cannot find you. Tell your peer mentoring team: it is for them to mend."
    ),
    Why.NOT_VERIFIED: gettext_lazy(
        "%(university)s does not vouch for your address, so we cannot go by it. Use another way to sign in."
    ),
    Why.NOT_REQUIRED: gettext_lazy(
        "%(university)s lets only some of its accounts in here. Use your own student or staff account."
    ),
    Why.NO_SUBJECT: gettext_lazy(
        "Its answer does not say for good who you are. Tell your peer mentoring team: it is for them to mend."
    ),
    Why.OTHER_SUBJECT: gettext_lazy(
        "Another account was joined to your address before. To be sure that it is you, ask your peer mentoring team."
    ),
    Why.OTHER_PERSON: gettext_lazy(
        "%(university)s gives you an address that somebody else has here. Ask your peer mentoring team to put it right."
    ),
    Why.REPLAYED: gettext_lazy("Each answer opens the door once. Sign in again."),
    Why.UNREADABLE: gettext_lazy(
        "We could not use the answer of %(university)s. Sign in again. If it happens twice, tell your team."
    ),
    Why.NOT_ONESELF: gettext_lazy("Somebody else signed in there than is signed in here. Nothing was done."),
    Why.NOT_FRESH: gettext_lazy(
        "It let you through without asking. Set up a second step here, and show yourself with that."
    ),
}


def explained(why: str, provider: Provider | None = None, address: str = "") -> Told:
    """The page of somebody who was not let in; without ``provider``, a line for the administrator."""
    try:
        reason = Why(why)
    except ValueError:
        reason = Why.UNREADABLE
    university = provider.name if provider else _("The university")
    text = str(TEXTS[reason]) % {"university": university}
    if address and reason in {Why.UNKNOWN, Why.OTHER_DOMAIN}:
        text = f"{text} {_('We looked for %(address)s.') % {'address': address}}"
    return Told(str(HEADINGS[reason]), text)


def _listed(values: Sequence[str], nothing: str) -> str:
    return ", ".join(values) if values else nothing


def described(provider: Provider) -> list[tuple[str, str]]:
    """What is set, as rows of a label and words."""
    kinds = {"oidc": "OpenID Connect", "saml": "SAML"}
    rows = [
        (_("Kind"), kinds[provider.kind]),
        (_("Its address"), provider.issuer or provider.metadata_url or provider.sso_url),
        (_("Speaks for"), _listed(sorted(domains_for(provider)), _("no domain: nobody can come in"))),
        (_("Addresses"), _vouching(provider)),
        (_("Demands"), _listed([f"{k} = {' | '.join(v)}" for k, v in provider.require.items()], _("nothing more"))),
        (_("Its second step counts"), _listed(provider.second_step, _("no: ours is asked for"))),
        (_("People whom nobody added"), _("may come") if provider.new_people else _("are sent to the team")),
        (_("Codes and passwords"), _("closed") if provider.only else _("open as well")),
        (_("Proposes roles"), _listed([f"{r.claim} = {r.value}: {r.role}" for r in provider.roles], _("none"))),
    ]
    if unusable := unusable_roles(provider):
        rows.append((_("Lines that can propose nothing"), ", ".join(unusable)))
    return rows


def _vouching(provider: Provider) -> str:
    if provider.addresses_are_verified:
        return _("taken as they are: the university gives them out")
    return _("only with %(claim)s") % {"claim": provider.verified_claim}


def asked_of(provider: Provider, absolute: Callable[[str], str]) -> list[tuple[str, str]]:
    """What the university's IT must enter on its side."""
    if provider.kind == "oidc":
        return [(_("Redirect address"), absolute(reverse("openid_connect_callback", args=[provider.id])))]
    return [
        (_("Entity ID and metadata"), absolute(reverse("saml_metadata", args=[provider.id]))),
        (_("Reply address (ACS)"), absolute(reverse("saml_acs", args=[provider.id]))),
    ]
