"""The back office: accounts, vocabularies and the audit trail, for institution administrators.

No confidential model is registered here, and nothing of the daily work.
"""

from typing import Any, ClassVar

import allauth.mfa.admin
import allauth.socialaccount.admin
import allauth.usersessions.admin  # noqa: F401
import django.contrib.auth.admin  # noqa: F401
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import DateField, URLField
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from accounts.access import Access, declared
from accounts.models import AuditEntry, EmailDomain, Institution, User
from accounts.proving import proven_again
from accounts.selectors import institution_of
from accounts.services import change_person, record


class AuditedAdmin(admin.ModelAdmin):
    """A page whose writes are on our own trail as well: field names, never values."""

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


class UserForm(forms.ModelForm):
    """An account's address must be one that its own university vouches for (R40)."""

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        if institution_of(email) != self.instance.institution:
            raise ValidationError(_("Use an address of the university."))
        return email


@admin.register(User)
class UserAdmin(AuditedAdmin):
    """Names and access of an account; people are created by imports and appointments."""

    form = UserForm
    list_display = ("email", "given_name", "family_name", "is_active", "is_staff")
    search_fields = ("email", "given_name", "family_name", "student_number")
    list_filter = ("is_active", "is_staff")
    fields = ("email", "given_name", "family_name", "known_as", "student_number", "language", "is_active", "is_staff")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @method_decorator(proven_again)  # type: ignore[arg-type]
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Who administers, and by which address one signs in, is changed by who has just shown who they are."""
        return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A new address becomes the one they sign in with; who administers the institution may use these records."""
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        if "is_staff" in changes:
            changes["is_superuser"] = changes["is_staff"]
        now = timezone.now()  # noqa: TID251  (a request begins here)
        if changes:
            change_person(person=obj, changes=changes, by=request.user, now=now)  # type: ignore[arg-type]


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin):
    """Read only, by the database as well."""

    list_display = ("at", "actor", "verb", "object_type", "object_id")
    list_filter = ("verb",)
    search_fields = ("object_id", "actor__email")
    date_hierarchy = "at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


# Roles are appointments, not groups; nobody reads or makes somebody else's second factor, or sees where they sign in.
# A university's own sign-in is described in a file, its secrets are in the environment: none of it is kept here.
admin.site.unregister([Group, Authenticator, SocialAccount, SocialApp, SocialToken, UserSession])


@admin.register(Authenticator)
class AuthenticatorAdmin(AuditedAdmin):
    """Who has lost a phone: their second factor can be taken away, its secret is not shown."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    search_fields = ("user__email",)
    fields = ("user", "type", "created_at", "last_used_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(SocialAccount)
class UniversityAccountAdmin(AuditedAdmin):
    """By which account of a university's own sign-in somebody comes. Taken away, the next with their address joins."""

    list_display = ("user", "provider", "date_joined", "last_login")
    list_filter = ("provider",)
    search_fields = ("user__email",)
    fields = ("user", "provider", "uid", "date_joined", "last_login")
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @declared(Access("administrator", "institution administrators only"))
    @method_decorator(proven_again)  # type: ignore[arg-type]
    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """It opens a door, so who does it has just shown who they are."""
        return super().delete_view(request, *args, **kwargs)
