"""URLs of this app, written from the root: staff pages under admin/, own pages under my/."""

from django.urls import path

from mentoring.contacts.views import directory, log, notes, replies

app_name = "contacts"

urlpatterns = [
    path("my/contacts/", log.mine, name="mine"),
    path("my/contacts/log/", log.log, name="log"),
    path("my/contacts/<int:pk>/", log.correct, name="correct"),
    path("my/contacts/<int:pk>/withdraw/", log.withdraw, name="withdraw"),
    path("my/contacts/questions/<int:pk>/", replies.answered, name="answered"),
    path("my/mentor/<int:pk>/reply/", replies.reply, name="reply"),
    path("my/replies/<int:pk>/undo/", replies.undo, name="undo_reply"),
    path("my/notes/", notes.notes, name="notes"),
    path("my/notes/allow/", notes.allow, name="allow_notes"),
    path("my/notes/forbid/", notes.forbid, name="forbid_notes"),
    path("my/services/", directory.services, name="services"),
    path("l/reply-<slug:choice>/<str:token>/", replies.reply_link, name="reply_link"),
    path("l/reply-<slug:choice>/<str:token>/undo/", replies.undo_link, name="undo_reply_link"),
    path("l/reply-<slug:choice>/<str:token>/new/", replies.new_link, name="new_reply_link"),
    path("admin/set-up/services/", directory.staff, name="staff_services"),
    path("admin/set-up/services/add/", directory.add, name="add_service"),
    path("admin/set-up/services/<int:pk>/", directory.edit, name="edit_service"),
    path("admin/set-up/services/<int:pk>/remove/", directory.remove, name="remove_service"),
]
