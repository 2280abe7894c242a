"""URLs of the dashboard, at admin/."""

from django.urls import path

from mentoring.console.views import actions, funnel, governance, pairs, people, reading, reports, today, year

app_name = "console"

urlpatterns = [
    path("admin/", today.today, name="today"),
    path("admin/cohort/", today.choose_cohort, name="choose_cohort"),
    path("admin/people/", people.people, name="people"),
    path("admin/people/export/<slug:kind>/", people.export_people, name="export_people"),
    path("admin/people/<int:pk>/", people.person, name="person"),
    path("admin/people/<int:pk>/stop/", actions.stop_person, name="stop_person"),
    path("admin/people/<int:pk>/back/", actions.person_back, name="person_back"),
    path("admin/people/<int:pk>/reminders/<slug:to>/", actions.person_reminders, name="person_reminders"),
    path("admin/people/<int:pk>/texts/", actions.person_texts, name="person_texts"),
    path("admin/training/", funnel.funnel, name="funnel"),
    path("admin/pairs/", pairs.pairs, name="pairs"),
    path("admin/pairs/export/<slug:kind>/", pairs.export_pairs, name="export_pairs"),
    path("admin/pairs/<int:pk>/", pairs.pair, name="pair"),
    path("admin/pairs/<int:pk>/end/", actions.end, name="end"),
    path("admin/year/", year.year, name="year"),
    path("admin/year/<slug:slug>/<slug:key>/", year.milestone, name="milestone"),
    path("admin/overview/", reports.overview, name="overview"),
    path("admin/reports/", reports.reports, name="reports"),
    path("admin/reports/committee/", reports.report, name="report"),
    path("admin/reports/committee/export/<slug:kind>/", reports.export_report, name="export_report"),
    path("admin/from-outside/", reading.from_outside, name="from_outside"),
    path("my/who-can-read/", reading.who_can_read, name="who_can_read"),
    path("admin/set-up/schemes/<int:pk>/lead/", governance.governance, name="governance"),
]
