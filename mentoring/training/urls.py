"""URLs of this app, written from the root: staff pages under admin/, own pages under my/."""

from django.urls import path

from mentoring.training import views

app_name = "training"

urlpatterns = [
    path("admin/training/mentors/", views.mentors, name="mentors"),
    path("admin/training/mentors/trained-elsewhere/", views.vouch, name="vouch"),
    path("admin/training/mentors/trained-elsewhere/<int:stamp>/undo/", views.take_back, name="take_back"),
    path("admin/events/<int:pk>/topics/", views.topics, name="topics"),
]
