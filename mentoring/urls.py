"""All URLs. Each app writes its own from the root; this says only that they exist."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from mentoring import pages, phone, records
from mentoring.lib.views import styleguide

admin.site.login = records.sign_in  # type: ignore[method-assign]

handler400 = "mentoring.pages.bad_request"
handler500 = "mentoring.pages.server_error"

urlpatterns = [
    path("", pages.home, name="home"),
    path("health/", pages.health, name="health"),
    path("help/", pages.help_page, name="help"),
    path("privacy/", pages.privacy, name="privacy"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("manifest.webmanifest", phone.manifest, name="manifest"),
    path("service-worker.js", phone.service_worker, name="service_worker"),
    path("offline/", phone.offline, name="offline"),
    path("held/", pages.held_form, name="held_form"),
    path("styleguide/", styleguide, name="styleguide"),
    path("i18n/setlang/", pages.choose_language, name="set_language"),
    path("", include("mentoring.federation.urls")),
    path("", include("mentoring.credentials.urls")),
    path("accounts/email/", pages.own_address, name="account_email"),  # in place of the package's page
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
    path("accounts/stay/", pages.stay, name="stay"),
    path("", include("schemes.urls")),
    path("", include("mentoring.messaging.urls")),
    path("", include("mentoring.participation.urls")),
    path("", include("mentoring.events.urls")),
    path("", include("mentoring.recruitment.urls")),
    path("", include("mentoring.training.urls")),
    path("", include("mentoring.agreements.urls")),
    path("", include("mentoring.matching.urls")),
    path("", include("mentoring.confidences.urls")),
    path("", include("mentoring.contacts.urls")),
    path("", include("mentoring.concerns.urls")),
    path("", include("mentoring.support.urls")),
    path("", include("mentoring.safeguarding.urls")),
    path("", include("mentoring.nudges.urls")),
    path("", include("mentoring.protection.urls")),
    path("", include("mentoring.announcements.urls")),
    path("", include("mentoring.portal.urls")),
    path("admin/records/", admin.site.urls),
    path("", include("mentoring.console.urls")),
]

if settings.DEMO_DOORS:  # the demo's doors cannot exist in production
    urlpatterns.append(path("demo/", include("mentoring.demo.urls")))
