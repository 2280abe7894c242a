"""URLs of this app, written from the root: staff pages under admin/, own pages under my/."""

from django.urls import path

from mentoring.contacts.views import checks, directory, kept, log, meetings, questions, quiet, replies

app_name = "contacts"

urlpatterns = [
    path("my/contacts/", log.mine, name="mine"),
    path("my/contacts/log/", log.log, name="log"),
    path("my/contacts/kept/", kept.kept, name="kept"),
    path("my/contacts/<int:pk>/", log.correct, name="correct"),
    path("my/contacts/<int:pk>/withdraw/", log.withdraw, name="withdraw"),
    path("my/contacts/questions/<int:pk>/", replies.answered, name="answered"),
    path("my/mentor/<int:pk>/reply/", replies.reply, name="reply"),
    path("my/replies/<int:pk>/undo/", replies.undo, name="undo_reply"),
    path("my/meetings/invite/", meetings.invite_page, name="invite"),
    path("my/meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("my/meetings/<int:pk>/cancel/", meetings.cancel, name="cancel_meeting"),
    path("my/meetings/<int:pk>/happened/", meetings.outcome, name="meeting_outcome"),
    path("my/meetings/<int:pk>/answer/", meetings.answer, name="answer_meeting"),
    path("my/ask/", questions.ask, name="ask"),
    path("my/ask/<int:pk>/name/", questions.name_me, name="name_me"),
    path("my/questions/<int:pk>/", questions.answer, name="answer_masked"),
    path("my/mentees/<int:pk>/quiet/", quiet.report, name="report_quiet"),
    path("my/mentees/<int:pk>/quiet/take-back/", quiet.take_back, name="take_back_quiet"),
    path("my/services/", directory.services, name="services"),
    path("l/reply-<slug:choice>/<str:token>/", replies.reply_link, name="reply_link"),
    path("l/reply-<slug:choice>/<str:token>/undo/", replies.undo_link, name="undo_reply_link"),
    path("l/reply-<slug:choice>/<str:token>/new/", replies.new_link, name="new_reply_link"),
    path("l/meeting-<slug:step>/<str:token>/", meetings.meeting_link, name="meeting_link"),
    path("l/meeting-<slug:step>/<str:token>/undo/", meetings.take_back_link, name="take_back_meeting_link"),
    path("l/check/<str:token>/", checks.check_link, name="check_link"),
    path("admin/questions/", questions.questions, name="questions"),
    path("admin/questions/<slug:kind>/<int:pk>/take/", questions.take, name="take_question"),
    path("admin/questions/<int:pk>/close/", questions.close, name="close_question"),
    path("admin/masks/", questions.masks, name="masks"),
    path("admin/masks/<int:pk>/", questions.mask, name="mask"),
    path("admin/set-up/services/", directory.staff, name="staff_services"),
    path("admin/set-up/services/add/", directory.add, name="add_service"),
    path("admin/set-up/services/<int:pk>/", directory.edit, name="edit_service"),
    path("admin/set-up/services/<int:pk>/remove/", directory.remove, name="remove_service"),
]
