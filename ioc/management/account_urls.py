"""Addresses of one's own sign-in that are ours; those of the library come after them."""

from allauth.account.views import password_set
from django.urls import URLPattern, path

from ioc.management.stepup import step_up_to_send
from ioc.management.views import join, leave, oidc, security

urlpatterns: list[URLPattern] = [
    path("me/", leave.me, name="account_me"),
    path("me/leave/", leave.enter_own, name="account_leave"),
    path("me/leave/<int:leave_id>/end/", leave.end_own, name="account_leave_end"),
    path("join/<str:token>/", join.join, name="join"),
    path("security/", security.page, name="account_security"),
    path("security/second-factor/", security.second_factor, name="account_second_factor"),
    path("security/sessions/<int:session_id>/end/", security.end_session, name="account_session_end"),
    path("security/sessions/end/", security.end_other_sessions, name="account_sessions_end"),
    path("security/links/<int:link_id>/remove/", security.unlink, name="account_unlink"),
    # Administrators keep e-mail addresses; nobody changes the own one, to which a new password is sent.
    path("email/", security.to_page, name="account_email"),
    path("password/set/", step_up_to_send(password_set), name="account_set_password"),
    path("2fa/", security.to_page, name="mfa_index"),
    path("2fa/webauthn/", security.to_page, name="mfa_list_webauthn"),
    path("sessions/", security.to_page, name="usersessions_list"),
    path("3rdparty/", security.to_page, name="socialaccount_connections"),
    path("3rdparty/signup/", security.to_page, name="socialaccount_signup"),
    path("oidc/<slug:provider_id>/login/", oidc.login, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/again/", oidc.again, name="openid_connect_again"),
    path("oidc/<slug:provider_id>/login/callback/", oidc.callback, name="openid_connect_callback"),
]
