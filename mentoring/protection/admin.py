"""The audit trail in the back office. What is stored is whole, and sealed; what is shown leaves some things out."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import RecordsAdmin
from accounts.models import AuditEntry
from mentoring.protection.rules import UNNUMBERED_KINDS
from mentoring.protection.selectors.trail import with_what_may_be_shown


@admin.register(AuditEntry)
class AuditEntryAdmin(RecordsAdmin):
    """Read only, by the database as well. Neither shows nor finds who acted in confidence, or where students lead; nor
    which pair it was of which somebody was heard, nor the numbers of what is kept from some who see others of its kind.
    """

    list_display = ("at", "who", "verb", "object_type", "which")
    list_filter = ("verb",)
    list_select_related = ("actor",)
    search_fields = ("key", "actor__email")
    date_hierarchy = "at"
    fields = ("at", "who", "verb", "object_type", "which", "scheme_id_at", "names")
    readonly_fields = ("who", "which", "names")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        return with_what_may_be_shown(super().get_queryset(request))

    # Not to be sorted by: where an entry stands among others would say whose it is.
    @admin.display(description=gettext_lazy("actor"))
    def who(self, entry: Any) -> str:
        """Who acted; nobody for the product itself and for the holder of a link."""
        if entry.is_nameless:
            return _("somebody")
        return str(entry.actor) if entry.actor else self.get_empty_value_display()

    @admin.display(description=gettext_lazy("key"))
    def which(self, entry: Any) -> str:
        """What it was done to, by its key; nothing where that is not to be shown."""
        return entry.key or self.get_empty_value_display()

    @admin.display(description=gettext_lazy("fields"))
    def names(self, entry: Any) -> str:
        """Names of fields; of what was read in an emergency, the kinds without their numbers."""
        is_bare = entry.object_type in UNNUMBERED_KINDS
        shown = [name.partition(" ")[0] if is_bare else name for name in entry.fields]
        return ", ".join(shown) or self.get_empty_value_display()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By people only among entries that name them; by the key of an object among all that show it."""
        named, _twice = super().get_search_results(request, queryset.filter(is_nameless=False), search_term)
        of_object = Q(is_nameless=True)
        for word in search_term.split():
            of_object &= Q(key__icontains=word)
        others = queryset.filter(of_object)
        return queryset.filter(Q(pk__in=named.values("pk")) | Q(pk__in=others.values("pk"))), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
