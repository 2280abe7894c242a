"""URLs of this app, written from the root: staff pages under admin/."""

from django.urls import path

from mentoring.nudges import views

app_name = "nudges"

urlpatterns = [
    path("admin/messages/rules/", views.rules, name="rules"),
    path("admin/messages/rules/switch/", views.switch, name="switch"),
]
