"""URLs of this app, written from the root: staff pages under admin/."""

from django.urls import path

from mentoring.nudges import views

app_name = "nudges"

urlpatterns = [
    path("admin/messages/rules/", views.rules, name="rules"),
    path("admin/messages/rules/switch/", views.switch, name="switch"),
    path("admin/messages/rules/foresee/", views.foresee, name="foresee"),
    path("admin/messages/rules/<slug:key>/", views.rule, name="rule"),
    path("admin/messages/rules/<slug:key>/switch/", views.switch_rule, name="switch_rule"),
    path("admin/messages/preview/", views.previews, name="previews"),
    path("admin/messages/preview/body/", views.preview_body, name="preview_body"),
    path("admin/messages/unanswered/", views.unanswered, name="unanswered"),
    path("admin/messages/unanswered/<int:pk>/", views.decide, name="decide"),
]
