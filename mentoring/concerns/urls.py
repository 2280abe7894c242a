"""URLs of concerns: raising one from anywhere, and the inbox of those who look after them."""

from django.urls import path

from mentoring.concerns import views

app_name = "concerns"

urlpatterns = [
    path("worried/", views.raise_, name="raise"),
    # Not by its number, here and below: it would tell how many there are, and of one that its reader may not see.
    path("worried/sent/<uuid:form_key>/", views.sent, name="sent"),
    path("admin/concerns/", views.inbox, name="inbox"),
    path("admin/concerns/<uuid:public_key>/", views.concern, name="concern"),
    path("admin/concerns/<uuid:public_key>/take/", views.take, name="take"),
    path("admin/concerns/<uuid:public_key>/close/", views.close, name="close"),
]
