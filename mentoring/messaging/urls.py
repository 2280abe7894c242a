"""URLs of this app, written from the root: staff pages under admin/."""

from django.urls import path

from mentoring.messaging.views import addresses, links, log

app_name = "messaging"

urlpatterns = [
    path("l/language/<str:token>/", links.language_link, name="language_link"),
    path("admin/messages/", log.log, name="log"),
    path("admin/messages/addresses/", addresses.addresses, name="addresses"),
    path("admin/messages/addresses/<int:pk>/mended/", addresses.mended, name="mended"),
    path("admin/messages/<int:pk>/", log.message, name="message"),
    path("admin/messages/<int:pk>/again/", log.again, name="again"),
    path("admin/messages/<int:pk>/mark-sent/", log.mark_sent, name="mark_sent"),
    path("hooks/mail/bounces/", addresses.bounced, name="bounced"),
]
