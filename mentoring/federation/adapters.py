"""How allauth meets the universities' own sign-in: who is let in, as whom, and what that opens."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from accounts.models import EmailDomain, User
from accounts.sessions import SECOND_STEP_ELSEWHERE, begin
from mentoring.federation import services
from mentoring.federation.providers import AGAIN, NotLetIn
from mentoring.federation.rules import Enter, Make, Refuse, Said, Why, decide, shown_again, took_second_step
from mentoring.federation.selectors import (
    came_by,
    domains_for,
    known_by,
    links_of,
    provider_for_address,
    provider_named,
    providers,
    terms_for,
)
from mentoring.identity import Provider
from mentoring.messaging import adapters

STAGE = "allauth.mfa.stages.AuthenticateStage"
OURS = "mentoring.federation.adapters.SecondStepHere"


class SecondStepHere(AuthenticateStage):
    """Our own second step; not asked of who has just taken one at a university that is trusted with it."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        login = (self.login.signal_kwargs or {}).get("sociallogin")
        if login is not None and login.state.get("second_step") is True:
            return None, True
        answer: tuple[HttpResponse | None, bool] = super().handle()
        return answer


class AccountAdapter(adapters.AccountAdapter):
    """Signing in as before, and what a university's own sign-in changes about it."""

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **what: Any) -> HttpResponse | None:
        """Where a university says so, its people come in by its own sign-in and by no other way."""
        by_university = (what.get("signal_kwargs") or {}).get("sociallogin") is not None
        only = None if by_university else provider_for_address(getattr(user, "email", ""), only=True)
        if only:
            return redirect("federation:only", provider_id=only.id)
        answer: HttpResponse | None = super().pre_login(request, user, **what)
        return answer

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **what: Any) -> HttpResponse:
        login = (what.get("signal_kwargs") or {}).get("sociallogin")
        request.session[SECOND_STEP_ELSEWHERE] = bool(login and login.state.get("second_step") is True)
        begin(request.session, timezone.now().timestamp())  # noqa: TID251  (a request begins here)
        return super().post_login(request, user, **what)

    def get_login_stages(self) -> list[str]:
        return [OURS if stage == STAGE else stage for stage in super().get_login_stages()]

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """A person who came by their university can show themselves there once more."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        names = set(links_of(user).values_list("provider", flat=True)) if user.is_authenticated else set()
        for provider in (each for each in providers() if each.id in names):
            methods.append(
                {
                    "id": f"university:{provider.id}",
                    "description": _("Sign in again with %(university)s") % {"university": provider.name},
                    "url": reverse("federation:again", args=[provider.id]),
                }
            )
        return methods

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Who is still signed in at the university is told so."""
        provider = came_by(request)
        if provider:
            return reverse("federation:signed_out", args=[provider.id])
        url: str = super().get_logout_redirect_url(request)
        return url

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Not where everybody comes in by their university alone."""
        closed = frozenset[str]().union(*(domains_for(each) for each in providers() if each.only))
        return super().is_open_for_signup(request) and EmailDomain.objects.exclude(domain__in=closed).exists()

    def get_client_ip(self, request: HttpRequest) -> str:
        """The visitor's address as the outermost of our own proxies saw it; what was written before it is hearsay.

        A request that came past a proxy counts as the neighbour that it came from, not as an error.
        """
        hops = request.headers.get("x-forwarded-for", "").split(",")
        if len(hops) < settings.ALLAUTH_TRUSTED_PROXY_COUNT:
            return str(request.META.get("REMOTE_ADDR") or "0.0.0.0")  # noqa: S104  (a name for nobody)
        address: str = super().get_client_ip(request)
        return address


class SocialAdapter(DefaultSocialAccountAdapter):
    """Nobody comes in but whom the rules let in; nobody joins two accounts by hand."""

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: Any) -> AbstractBaseUser:
        """Names come from the student record, not from here."""
        user: AbstractBaseUser = sociallogin.user
        return user

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[Any]:
        """Those of the file. Nothing about a provider is kept in the database."""
        apps = super().list_apps(request, provider=provider, client_id=client_id)
        return [app for app in apps if app.pk is None]

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """The gate: everything after it only carries out what is decided here. Raises ``NotLetIn``."""
        provider, said = provider_named(sociallogin.account.provider), sociallogin.said
        nonce = getattr(sociallogin, "nonce", None)
        if nonce is not None and not constant_time_compare(nonce, str(sociallogin.state.get("nonce") or "")):
            raise NotLetIn(Why.UNREADABLE, "the nonce is of another request")
        process = sociallogin.state.get("process")
        if process == AGAIN:
            _shows_again(request, sociallogin, provider, said)
        elif process == "login":
            _comes_in(sociallogin, provider, said)
        else:
            raise NotLetIn(Why.UNREADABLE, f"no such process: {process}")


def _comes_in(login: SocialLogin, provider: Provider, said: Said) -> None:
    now = timezone.now()  # noqa: TID251  (a request begins here)
    terms, known = terms_for(provider), known_by(provider, said.subject, said.address)
    decision = decide(said, terms, known)
    if isinstance(decision, Refuse):
        about = User.objects.filter(pk=known.by_subject or known.by_address or 0).first()
        services.refuse(provider=provider, why=decision.why, person=about, now=now)
        raise NotLetIn(decision.why, address=said.address)
    if isinstance(decision, Make):
        try:
            person = services.make_person(provider=provider, said=said, now=now)
        except ValidationError as error:
            raise NotLetIn(Why.NO_ADDRESS) from error
    else:
        person = User.objects.get(pk=decision.person)
    if not person.is_active:
        raise ImmediateHttpResponse(redirect("account_inactive"))
    if isinstance(decision, Make) or decision.joins:
        login.account = services.join(provider=provider, subject=said.subject, person=person, now=now)
        login.user = User.objects.get(pk=person.pk)
    services.propose_roles(provider=provider, said=said, person=person, now=now)
    login.state["second_step"] = took_second_step(said, terms)


def _shows_again(request: HttpRequest, login: SocialLogin, provider: Provider, said: Said) -> None:
    """Raises ``NotLetIn`` unless the person of this session has just shown themselves, and not been waved through."""
    decision = decide(said, terms_for(provider), known_by(provider, said.subject, said.address))
    if decision != Enter(request.user.pk or 0):
        raise NotLetIn(Why.NOT_ONESELF)
    if not shown_again(said, asked_at=float(login.state.get("asked_at") or "inf")):
        raise NotLetIn(Why.NOT_FRESH)
    record_authentication(
        request, request.user, "socialaccount", provider=provider.id, uid=said.subject, reauthenticated=True
    )
