"""URLs of the demo, under demo/; they exist only while DEBUG is on."""

from django.urls import path

from mentoring.demo import views

app_name = "demo"

urlpatterns = [
    path("as/<slug:key>/", views.sign_in, name="sign_in"),
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<str:name>/", views.letter, name="letter"),
    path("outbox/<str:name>/body/", views.letter_body, name="letter_body"),
]
