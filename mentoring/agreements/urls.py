"""URLs of this app, written from the root: staff pages under admin/, own pages under my/."""

from django.urls import path

from mentoring.agreements.views import own, staff

app_name = "agreements"

urlpatterns = [
    path("my/agreements/", own.mine, name="mine"),
    path("my/agreements/<slug:kind>/", own.read, name="read"),
    path("admin/agreements/", staff.staff, name="staff"),
    path("admin/agreements/<slug:kind>/", staff.edit, name="edit"),
    path("admin/agreements/<slug:kind>/preview/", staff.preview, name="preview"),
    path("admin/agreements/<slug:kind>/publish/", staff.publish, name="publish"),
]
