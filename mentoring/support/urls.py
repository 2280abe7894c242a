"""URLs of this app, written from the root: staff pages under admin/, own pages under my/."""

from django.urls import path

from mentoring.support.views import groups, mine, themes

app_name = "support"

urlpatterns = [
    path("admin/support-groups/", groups.staff_groups, name="staff_groups"),
    path("admin/support-groups/new/", groups.arrange, name="arrange"),
    path("admin/support-groups/<int:pk>/", groups.group, name="group"),
    path("admin/support-groups/<int:pk>/change/", groups.change_group, name="change_group"),
    path("admin/support-groups/<int:pk>/schedule/", groups.schedule, name="schedule"),
    path("admin/support-groups/meetings/<int:pk>/register/", groups.register, name="register"),
    path("admin/support-groups/meetings/<int:pk>/register/tap/", groups.tap, name="tap"),
    path("admin/support-groups/meetings/<int:pk>/move/", groups.move, name="move"),
    path("admin/support-groups/meetings/<int:pk>/call-off/", groups.call_off, name="call_off"),
    path("admin/support-groups/meetings/<int:pk>/restore/", groups.restore_meeting, name="restore_meeting"),
    path("admin/support-groups/actions/", themes.actions, name="actions"),
    path("admin/support-groups/themes/<int:pk>/", themes.theme, name="theme"),
    path("admin/support-groups/themes/<int:pk>/done/", themes.finish, name="finish"),
    path("admin/support-groups/themes/<int:pk>/set-aside/", themes.set_aside, name="set_aside"),
    path("admin/support-groups/themes/<int:pk>/reopen/", themes.reopen, name="reopen"),
    path("my/support-group/", mine.mine, name="mine"),
    path("my/support-group/<int:pk>/theme/", mine.raise_theme, name="raise_theme"),
    path("my/support-group/meetings/<int:pk>/", mine.notes, name="notes"),
    path("my/support-group/notes/<int:pk>/remove/", mine.remove_note, name="remove_note"),
]
