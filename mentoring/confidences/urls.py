"""URLs of this app, written from the root: own pages under my/, those of staff under admin/."""

from django.urls import path

from mentoring.confidences.views import mine, notes, pair, shown

app_name = "confidences"

urlpatterns = [
    path("my/notes/", mine.mine, name="mine"),
    path("my/notes/allow/", mine.allow, name="allow"),
    path("my/notes/forbid/", mine.forbid, name="forbid"),
    path("my/notes/shown/<int:pk>/answer/", mine.answer_disclosure, name="answer"),
    path("my/mentees/<int:pk>/notes/", notes.notes, name="notes"),
    path("my/mentees/notes/<int:pk>/", notes.note, name="note"),
    path("my/mentees/notes/<int:pk>/delete/", notes.delete, name="delete_note"),
    path("my/mentees/notes/<int:pk>/show/", notes.show_to_staff, name="disclose"),
    path("my/pair/<int:pk>/", pair.pair, name="pair"),
    path("admin/shown-notes/", shown.shown, name="shown"),
    path("admin/shown-notes/<int:pk>/", shown.shown_note, name="shown_note"),
    path("admin/shown-notes/<int:pk>/telling/", shown.telling, name="telling"),
    path("admin/shown-notes/<int:pk>/tell/", shown.tell_student, name="tell"),
]
