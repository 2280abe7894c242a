"""URLs of the universities' own sign-in. allauth looks for its own by these names, which have no namespace."""

from django.urls import include, path

from mentoring.federation import views

ours = [
    path("accounts/university/<slug:provider_id>/again/", views.again, name="again"),
    path("accounts/university/<slug:provider_id>/only/", views.only, name="only"),
    path("accounts/university/<slug:provider_id>/signed-out/", views.signed_out, name="signed_out"),
    path("accounts/university/resume/", views.resume, name="resume"),
    path("admin/set-up/sign-in/", views.overview, name="overview"),
    path("admin/set-up/sign-in/<slug:provider_id>/try/", views.try_out, name="try"),
    path("admin/set-up/roles/", views.proposals, name="proposals"),
    path("admin/set-up/roles/<int:pk>/confirm/", views.confirm, name="confirm"),
    path("admin/set-up/roles/<int:pk>/decline/", views.decline, name="decline"),
]

urlpatterns = [
    path("accounts/oidc/<slug:provider_id>/login/", views.oidc_login, name="openid_connect_login"),
    path("accounts/oidc/<slug:provider_id>/login/callback/", views.oidc_callback, name="openid_connect_callback"),
    path("accounts/saml/<slug:organization_slug>/login/", views.saml_login, name="saml_login"),
    path("accounts/saml/<slug:organization_slug>/acs/", views.saml_acs, name="saml_acs"),
    path("accounts/saml/<slug:organization_slug>/acs/finish/", views.saml_finish_acs, name="saml_finish_acs"),
    path("accounts/saml/<slug:organization_slug>/metadata/", views.saml_metadata, name="saml_metadata"),
    path("accounts/saml/<slug:organization_slug>/sls/", views.saml_sls, name="saml_sls"),
    path("accounts/university/cancelled/", views.cancelled, name="socialaccount_login_cancelled"),
    path("", include((ours, "federation"))),
]
