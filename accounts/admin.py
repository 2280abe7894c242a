"""The back office: accounts and vocabularies, for institution administrators; the trail is in ``protection``.

No confidential model is registered here, and nothing of the daily work.
"""

from typing import Any, ClassVar

import allauth.account.admin
import allauth.mfa.admin
import allauth.socialaccount.admin
import allauth.usersessions.admin  # noqa: F401
import django.contrib.auth.admin  # noqa: F401
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import DateField, URLField
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.decorators import method_decorator

from accounts.models import EmailDomain, Institution, User
from accounts.proving import proven_again
from accounts.services import change_person, record

# What Django's own filters add to a column's name, in its two shapes: a choice, and a day, month or year.
OF_A_CHOICE = ("", "__exact", "__isnull")
OF_A_DAY = ("__year", "__month", "__day", "__gte", "__lt")


class RecordsAdmin(admin.ModelAdmin):
    """A page that tells of a row what it shows, and nothing by asking.

    Django filters by every column of the model unless told otherwise: whether a password's hash begins with
    "a" would be one request away.
    """

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Whether the address of the list may filter by this: a declared filter, in the words that it writes."""
        declared_here = {f"{column}{shape}" for column in self.get_list_filter(request) for shape in OF_A_CHOICE}
        days = {f"{self.date_hierarchy}{shape}" for shape in OF_A_DAY} if self.date_hierarchy else set()
        return lookup in declared_here | days

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        """Rows are named by their key alone."""
        return to_field == self.opts.pk.name


class AuditedAdmin(RecordsAdmin):
    """A page whose writes are on our own trail as well: field names, never values."""

    @method_decorator(proven_again)  # type: ignore[arg-type]
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Whom the university vouches for is changed by who has just shown who they are."""
        return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        self._record(request, obj, "record changed" if change else "record added", form.changed_data)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if formset.has_changed():
            self._record(request, form.instance, "record changed", [formset.prefix])

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self._record(request, obj, "record deleted", [])
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for obj in queryset:
            self.delete_model(request, obj)

    def _record(self, request: HttpRequest, obj: Any, verb: str, fields: list[str]) -> None:
        now = timezone.now()  # noqa: TID251  (a request begins here)
        record(verb=verb, obj=obj, by=request.user, now=now, fields=fields)  # type: ignore[arg-type]


class DomainInline(admin.StackedInline):
    model = EmailDomain
    extra = 0


@admin.register(Institution)
class InstitutionAdmin(AuditedAdmin):
    inlines = (DomainInline,)
    list_display = ("name", "time_zone")
    formfield_overrides: ClassVar = {
        URLField: {"assume_scheme": "https"},
        DateField: {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")},
    }

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(AuditedAdmin):
    """Names of an account; people are created by imports and appointments.

    Who administers, and by what somebody signs in, is shown here and changed nowhere on this page: each would
    make one administrator anybody.
    """

    list_display = ("email", "given_name", "family_name", "is_active", "is_staff")
    search_fields = ("email", "given_name", "family_name", "student_number")
    list_filter = ("is_active", "is_staff")
    fields = ("email", "given_name", "family_name", "known_as", "student_number", "language", "is_active", "is_staff")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """An administrator is not shut out by another one here: the one who is left would decide alone."""
        is_theirs = obj is not None and obj.is_staff
        return ("email", "is_staff", "is_active") if is_theirs else ("email", "is_staff")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        now = timezone.now()  # noqa: TID251  (a request begins here)
        if changes:
            change_person(person=obj, changes=changes, by=request.user, now=now)  # type: ignore[arg-type]


# Roles are appointments, not groups. Addresses that one signs in by, second steps and sessions are not here in any
# form: whoever writes them is that person (docs/sign-in.md). A university's own sign-in is described in a file.
for credential in (
    Group, EmailAddress, EmailConfirmation, Authenticator, SocialAccount, SocialApp, SocialToken, UserSession
):  # fmt: skip
    if admin.site.is_registered(credential):
        admin.site.unregister(credential)
