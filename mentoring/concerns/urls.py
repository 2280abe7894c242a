"""URLs of concerns: raising one from anywhere, and the inbox of those who look after them."""

from django.urls import path

from mentoring.concerns import views

app_name = "concerns"

urlpatterns = [
    path("worried/", views.raise_, name="raise"),
    # Not by its number: that would tell whoever raised one how many the university has.
    path("worried/sent/<uuid:form_key>/", views.sent, name="sent"),
    path("admin/concerns/", views.inbox, name="inbox"),
    path("admin/concerns/<int:pk>/", views.concern, name="concern"),
    path("admin/concerns/<int:pk>/take/", views.take, name="take"),
    path("admin/concerns/<int:pk>/close/", views.close, name="close"),
]
