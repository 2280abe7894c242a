"""URLs of emergencies and of safeguarding leads, written from the root."""

from django.urls import path

from mentoring.safeguarding.views import grants, openings

app_name = "safeguarding"

urlpatterns = [
    path("admin/break-glass/", openings.openings, name="openings"),
    path("admin/break-glass/open/", openings.open_, name="open"),
    path("admin/break-glass/<uuid:public_key>/", openings.read, name="read"),
    path("admin/break-glass/<uuid:public_key>/end/", openings.end, name="end"),
    path("admin/break-glass/<uuid:public_key>/about/", openings.opening, name="opening"),
    path("admin/break-glass/<uuid:public_key>/review/", openings.review, name="review"),
    path("admin/break-glass/<uuid:public_key>/tell/", openings.tell, name="tell"),
    path("admin/break-glass/<uuid:public_key>/later/", openings.later, name="later"),
    path("admin/safeguarding-leads/", grants.grants, name="grants"),
    path("admin/safeguarding-leads/schemes/<int:pk>/", grants.propose, name="propose"),
    path("admin/safeguarding-leads/appointments/<int:pk>/end/", grants.propose_end, name="propose_end"),
    path("admin/safeguarding-leads/appointments/<int:pk>/resign/", grants.resign, name="resign"),
    path("admin/safeguarding-leads/<int:pk>/approve/", grants.approve, name="approve"),
    path("admin/safeguarding-leads/<int:pk>/stop/", grants.stop, name="stop"),
]
