"""URLs of this app, written from the root: staff pages under admin/."""

from django.urls import path

from mentoring.messaging import views

app_name = "messaging"

urlpatterns = [
    path("l/language/<str:token>/", views.language_link, name="language_link"),
    path("admin/messages/", views.log, name="log"),
    path("admin/messages/<int:pk>/", views.message, name="message"),
    path("admin/messages/<int:pk>/again/", views.again, name="again"),
    path("admin/messages/<int:pk>/mark-sent/", views.mark_sent, name="mark_sent"),
]
