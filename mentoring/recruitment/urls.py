"""URLs of this app, written from the root: staff pages under admin/, the advert where anybody finds it."""

from django.urls import path

from mentoring.recruitment.views import public, staff

app_name = "recruitment"

urlpatterns = [
    path("admin/recruitment/", staff.staff, name="staff"),
    path("admin/recruitment/new/", staff.new_advert, name="new_advert"),
    path("admin/recruitment/<int:pk>/", staff.applications, name="applications"),
    path("admin/recruitment/<int:pk>/change/", staff.change_advert, name="change_advert"),
    path("admin/recruitment/<int:pk>/decide/", staff.decide, name="decide"),
    path("admin/recruitment/<int:pk>/invite/", staff.invite, name="invite"),
    path("admin/recruitment/applications/<int:pk>/", staff.application, name="application"),
    path("admin/recruitment/decisions/<int:stamp>/undo/", staff.undo_decision, name="undo_decisions"),
    path("admin/recruitment/invitations/<int:stamp>/undo/", staff.undo_invite, name="undo_invite"),
    path("mentor-with-us/<slug:slug>/", public.advert, name="advert"),
    path("mentor-with-us/<slug:slug>/apply/", public.apply, name="apply"),
    path("mentor-with-us/<slug:slug>/withdraw/", public.withdraw, name="withdraw"),
    path("mentor-with-us/<slug:slug>/offer-again/", public.offer_again, name="offer_again"),
]
