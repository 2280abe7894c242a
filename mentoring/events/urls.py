"""URLs of this app, written from the root: staff pages under admin/, own pages under my/."""

from django.urls import path

from mentoring.events.views import mine, register, staff

app_name = "events"

urlpatterns = [
    path("admin/events/", staff.staff_list, name="staff_list"),
    path("admin/events/new/", staff.plan, name="plan"),
    path("admin/events/<int:pk>/", staff.event, name="event"),
    path("admin/events/<int:pk>/change/", staff.change, name="change"),
    path("admin/events/<int:pk>/cancel/", staff.cancel, name="cancel"),
    path("admin/events/<int:pk>/restore/", staff.restore, name="restore"),
    path("admin/events/<int:pk>/calendar.ics", staff.staff_calendar, name="staff_calendar"),
    path("admin/events/<int:pk>/register/", register.register, name="register"),
    path("admin/events/<int:pk>/register/tap/", register.tap, name="tap"),
    path("admin/events/<int:pk>/register/everyone/", register.all_here, name="all_here"),
    path("admin/events/<int:pk>/register/everyone/<int:stamp>/undo/", register.undo_all_here, name="undo_all_here"),
    path("my/events/", mine.mine, name="mine"),
    path("my/events/<int:pk>/", mine.own, name="own"),
    path("my/events/<int:pk>/book/", mine.book, name="book"),
    path("my/events/<int:pk>/give-up/", mine.give_up, name="give_up"),
    path("my/events/<int:pk>/calendar.ics", mine.own_calendar, name="own_calendar"),
]
