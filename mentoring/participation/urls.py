"""URLs of this app, written from the root: staff pages under admin/, own pages under my/."""

from django.urls import URLPattern, path

from mentoring.participation.views import import_check, imports, profile, programmes, wishes

app_name = "participation"

urlpatterns: list[URLPattern] = [
    path("admin/import/", imports.imports, name="imports"),
    path("admin/import/sample.csv", imports.sample, name="import_sample"),
    path("admin/import/<int:pk>/", import_check.check, name="import"),
    path("admin/import/<int:pk>/columns/", imports.columns, name="import_columns"),
    path("admin/import/<int:pk>/columns/change/", import_check.change_columns, name="import_change_columns"),
    path("admin/import/<int:pk>/to-correct.csv", import_check.corrected, name="import_corrected"),
    path("admin/import/<int:pk>/leave-out/", import_check.leave_out, name="import_leave_out"),
    path("admin/import/<int:pk>/leave-out/all/", import_check.leave_out_all, name="import_leave_out_all"),
    path("admin/import/<int:pk>/apply/", import_check.apply, name="import_apply"),
    path("admin/import/<int:pk>/call-off/", import_check.call_off, name="import_call_off"),
    path("admin/import/<int:pk>/put-aside/", import_check.put_aside, name="import_put_aside"),
    path("admin/set-up/courses/import/", programmes.import_programmes, name="import_programmes"),
    path("my/wishes/", wishes.wishes, name="wishes"),
    path("my/wishes/withdraw/", wishes.withdraw, name="withdraw_wishes"),
    path("my/profile/", profile.profile, name="profile"),
]
