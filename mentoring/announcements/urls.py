"""URLs of this app, written from the root."""

from django.urls import path

from mentoring.announcements import views

app_name = "announcements"

urlpatterns = [
    path("admin/announcements/", views.listed, name="list"),
    path("admin/announcements/new/", views.new, name="new"),
    path("admin/announcements/<int:pk>/", views.one, name="one"),
    path("admin/announcements/<int:pk>/send/", views.send, name="send"),
    path("admin/announcements/<int:pk>/approve/", views.approve, name="approve"),
    path("admin/announcements/<int:pk>/decline/", views.decline, name="decline"),
    path("admin/announcements/<int:pk>/stop/", views.stop, name="stop"),
]
