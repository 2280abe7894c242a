"""The back office: accounts, vocabularies and the audit trail, for institution administrators.

No confidential model is registered here, and nothing of the daily work.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.models import AuditEntry, EmailDomain, Institution, User


class DomainInline(admin.StackedInline):
    model = EmailDomain
    extra = 0


@admin.register(Institution)
class InstitutionAdmin(admin.ModelAdmin):
    inlines = (DomainInline,)
    list_display = ("name", "time_zone")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """Names and access of an account; people are created by imports and appointments."""

    list_display = ("email", "given_name", "family_name", "is_active", "is_staff")
    search_fields = ("email", "given_name", "family_name", "student_number")
    list_filter = ("is_active", "is_staff")
    fields = ("email", "given_name", "family_name", "known_as", "student_number", "language", "is_active", "is_staff")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


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
