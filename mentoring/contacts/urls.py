"""URLs of this app, written from the root: staff pages under admin/, own pages under my/."""

from django.urls import URLPattern

app_name = "contacts"

urlpatterns: list[URLPattern] = []
