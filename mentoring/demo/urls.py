"""URLs of the demo, under demo/; they exist only while DEBUG is on."""

from django.urls import path

from mentoring.demo import views

app_name = "demo"

urlpatterns = [
    path("as/<slug:key>/", views.sign_in, name="sign_in"),
    path("tour/", views.tour_page, name="tour"),
    path("tour/shown/", views.tour_shown, name="tour_shown"),
    path("tour/new-students.csv", views.new_students, name="new_students"),
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<str:name>/", views.letter, name="letter"),
    path("outbox/<str:name>/body/", views.letter_body, name="letter_body"),
]
