"""URLs of the dashboard, at admin/."""

from django.urls import path

from mentoring.console.views import batches, desk, filters, funnel, groups, pairs, people, today

app_name = "console"

urlpatterns = [
    path("admin/", today.today, name="today"),
    path("admin/cohort/", today.choose_cohort, name="choose_cohort"),
    path("admin/today/<slug:kind>/", desk.row, name="row"),
    path("admin/today/<slug:kind>/snooze/", desk.snooze, name="snooze_row"),
    path("admin/today/<slug:kind>/back/", desk.wake, name="wake_row"),
    path("admin/today/<slug:kind>/owner/", desk.give, name="give_row"),
    path("admin/people/", people.people, name="people"),
    path("admin/people/export/<slug:kind>/", people.export_people, name="export_people"),
    path("admin/people/<int:pk>/", people.person, name="person"),
    path("admin/people/many/", batches.of_people, name="people_batch"),
    path("admin/pairs/many/", batches.of_pairs, name="pairs_batch"),
    path("admin/many/", batches.listed, name="batches"),
    path("admin/many/<int:pk>/", batches.done, name="batch"),
    path("admin/many/<int:pk>/undo/", batches.undo, name="undo_batch"),
    path("admin/groups/", groups.groups, name="groups"),
    path("admin/filters/", filters.listed, name="filters"),
    path("admin/filters/new/", filters.new, name="new_filter"),
    path("admin/filters/<int:pk>/", filters.show, name="filter"),
    path("admin/filters/<int:pk>/change/", filters.change, name="change_filter"),
    path("admin/filters/<int:pk>/remove/", filters.remove, name="remove_filter"),
    path("admin/filters/<int:pk>/restore/", filters.restore, name="restore_filter"),
    path("admin/training/", funnel.funnel, name="funnel"),
    path("admin/pairs/", pairs.pairs, name="pairs"),
    path("admin/pairs/export/<slug:kind>/", pairs.export_pairs, name="export_pairs"),
    path("admin/pairs/<int:pk>/", pairs.pair, name="pair"),
    path("admin/pairs/<int:pk>/looked-at/", pairs.looked_at, name="looked_at"),
]
