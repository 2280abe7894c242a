"""URLs of this app, written from the root: staff pages under admin/, own pages under my/."""

from django.urls import URLPattern, path

from mentoring.participation.views import profile, wishes

app_name = "participation"

urlpatterns: list[URLPattern] = [
    path("my/wishes/", wishes.wishes, name="wishes"),
    path("my/wishes/withdraw/", wishes.withdraw, name="withdraw_wishes"),
    path("my/profile/", profile.profile, name="profile"),
]
