"""URLs of this app, written from the root: staff pages under admin/, own pages under my/."""

from django.urls import path

from mentoring.portal.views import home, mentees, mentor, stopping

app_name = "portal"

urlpatterns = [
    path("my/", home.home, name="home"),
    path("my/mentor/", mentor.mentor, name="mentor"),
    path("my/mentees/", mentees.mentees, name="mentees"),
    path("my/stop/", stopping.stop_page, name="stop"),
    path("my/stop/undo/", stopping.undo_stop, name="undo_stop"),
    path("my/pause/", stopping.pause, name="pause"),
    path("l/stop/<str:token>/", stopping.stop_link, name="stop_link"),
    path("l/stop/<str:token>/undo/", stopping.undo_stop_link, name="undo_stop_link"),
    path("l/quiet/<str:token>/", stopping.quiet_link, name="quiet_link"),
    path("l/quiet/<str:token>/undo/", stopping.loud_link, name="loud_link"),
]
