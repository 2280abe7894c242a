"""URLs of the demo, under demo/; they exist only while DEBUG is on."""

from django.urls import URLPattern

app_name = "demo"

urlpatterns: list[URLPattern] = []
