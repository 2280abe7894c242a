"""URLs of changes to accounts, written from the root."""

from django.urls import path

from mentoring.credentials import views

app_name = "credentials"

urlpatterns = [
    path("admin/set-up/accounts/", views.changes, name="changes"),
    path("admin/set-up/accounts/new/", views.ask, name="ask"),
    path("admin/set-up/accounts/<int:pk>/agree/", views.agree, name="agree"),
    path("my/account-changes/", views.mine, name="mine"),
    path("my/account-changes/<int:pk>/stop/", views.stop, name="stop"),
    path("l/new-address/<str:token>/", views.confirm, name="confirm"),
]
