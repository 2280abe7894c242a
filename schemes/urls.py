"""URLs of setting up, under admin/set-up/, and of the first start."""

from django.urls import path

from schemes import views

app_name = "schemes"

urlpatterns = [
    path("start/", views.start, name="start"),
    path("admin/set-up/", views.setup, name="setup"),
    path("admin/set-up/university/", views.institution, name="institution"),
    path("admin/set-up/units/", views.units, name="units"),
    path("admin/set-up/courses/", views.programmes, name="programmes"),
    path("admin/set-up/schemes/new/", views.start_scheme, name="start_scheme"),
    path("admin/set-up/schemes/<int:pk>/cohorts/new/", views.open_cohort, name="open_cohort"),
    path("admin/set-up/schemes/<int:pk>/appoint/", views.appoint, name="appoint"),
    path("admin/set-up/appointments/<int:pk>/end/", views.end_appointment, name="end_appointment"),
    path("admin/set-up/cohorts/<slug:slug>/", views.cohort, name="cohort"),
    path("admin/set-up/cohorts/<slug:slug>/rules/", views.policy, name="policy"),
    path("admin/set-up/cohorts/<slug:slug>/quiet/", views.quiet_period, name="quiet_period"),
    path(
        "admin/set-up/cohorts/<slug:slug>/quiet/<int:pk>/remove/",
        views.remove_quiet_period,
        name="remove_quiet_period",
    ),
]
