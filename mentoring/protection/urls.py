"""URLs of this app, written from the root."""

from django.urls import path

from mentoring.protection import views

app_name = "protection"

urlpatterns = [
    path("my/data/", views.mine, name="mine"),
    path("my/data/looks/", views.looks, name="looks"),
    path("my/data/copy/", views.ask_copy, name="ask_copy"),
    path("my/data/copy/<int:pk>/", views.fetch, name="fetch"),
    path("my/data/erase/", views.ask_erasure, name="ask_erasure"),
    path("my/data/keep/", views.take_back, name="take_back"),
    path("admin/data/", views.requests, name="requests"),
    path("admin/set-up/statements/", views.statements, name="statements"),
    path("admin/data/<int:pk>/grant/", views.grant, name="grant"),
    path("admin/data/<int:pk>/refuse/", views.refuse, name="refuse"),
    path("admin/data/concerns/", views.held, name="held"),
    path("admin/data/concerns/<int:pk>/reviewed/", views.held_reviewed, name="held_reviewed"),
]
