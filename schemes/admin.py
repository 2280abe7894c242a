"""The back office for units and programmes; schemes and appointments are set up in the dashboard."""

from django.contrib import admin

from schemes.models import Programme, Unit


@admin.register(Unit)
class UnitAdmin(admin.ModelAdmin):
    list_display = ("name", "kind", "parent")
    search_fields = ("name", "code")
    fields = ("name", "kind", "code")


@admin.register(Programme)
class ProgrammeAdmin(admin.ModelAdmin):
    list_display = ("name", "code", "hecos", "subject_group", "unit")
    search_fields = ("name", "code", "hecos")
    list_filter = ("subject_group",)
