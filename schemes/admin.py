"""The back office for units and programmes; they are added, and schemes set up, in the dashboard."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from accounts.admin import AuditedAdmin
from schemes.models import Programme, Unit


class WholeForm(forms.ModelForm):
    """Checks what must be unique also where the page does not show all of it."""

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"institution", "parent"}  # type: ignore[misc]


class KeptAdmin(AuditedAdmin):
    """Corrected here, added in the dashboard, where it gets its place in the tree."""

    form = WholeForm

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Unit)
class UnitAdmin(KeptAdmin):
    list_display = ("name", "kind", "parent")
    search_fields = ("name", "code")
    fields = ("name", "kind", "code")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Programme)
class ProgrammeAdmin(KeptAdmin):
    list_display = ("name", "code", "hecos", "subject_group", "unit")
    search_fields = ("name", "code", "hecos")
    list_filter = ("subject_group",)
    fields = ("code", "name", "hecos", "subject_group", "unit")
