"""URLs of the dashboard, at admin/."""

from django.urls import path

from mentoring.console.views import funnel, governance, pairs, people, reading, today

app_name = "console"

urlpatterns = [
    path("admin/", today.today, name="today"),
    path("admin/cohort/", today.choose_cohort, name="choose_cohort"),
    path("admin/people/", people.people, name="people"),
    path("admin/people/export/<slug:kind>/", people.export_people, name="export_people"),
    path("admin/people/<int:pk>/", people.person, name="person"),
    path("admin/training/", funnel.funnel, name="funnel"),
    path("admin/pairs/", pairs.pairs, name="pairs"),
    path("admin/pairs/export/<slug:kind>/", pairs.export_pairs, name="export_pairs"),
    path("admin/pairs/<int:pk>/", pairs.pair, name="pair"),
    path("admin/from-outside/", reading.from_outside, name="from_outside"),
    path("my/who-can-read/", reading.who_can_read, name="who_can_read"),
    path("admin/set-up/schemes/<int:pk>/lead/", governance.governance, name="governance"),
]
