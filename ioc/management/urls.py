"""Addresses of the management room. Those of single screens come first; the rest are lists of one kind."""

from django.urls import URLPattern, path

from ioc.management.views import law, log, people, programs, records, start

urlpatterns: list[URLPattern] = [
    path("", start.start, name="manage_start"),
    path("province/", start.province, name="manage_province"),
    path("people/", people.listing, name="manage_people"),
    path("people/add/", people.add, name="manage_person_add"),
    path("people/<uuid:person_id>/", people.page, name="manage_person"),
    path("people/<uuid:person_id>/password/", people.password, name="manage_password"),
    path("people/<uuid:person_id>/suspend/", people.suspend, name="manage_suspend"),
    path("people/<uuid:person_id>/readmit/", people.readmit, name="manage_readmit"),
    path("people/<uuid:person_id>/second-factor/", people.set_up_second_factor, name="manage_second_factor"),
    path(
        "people/<uuid:person_id>/second-factor/reset/",
        people.reset_second_factor,
        name="manage_second_factor_reset",
    ),
    path("routing/", law.routing, name="manage_routing"),
    path("calendar/", law.calendar, name="manage_calendar"),
    path("programs/", programs.programs, name="manage_programs"),
    path("programs/<int:token_id>/revoke/", programs.revoke, name="manage_token_revoke"),
    path("audit/", log.audit, name="manage_audit"),
    path("health/", log.health, name="manage_health"),
    path("<slug:slug>/", records.listing, name="manage_list"),
    path("<slug:slug>/add/", records.add, name="manage_add"),
    path("<slug:slug>/<str:record_id>/edit/", records.change, name="manage_change"),
    path("<slug:slug>/<str:record_id>/remove/", records.remove, name="manage_remove"),
    path("<slug:slug>/<str:record_id>/", records.change, name="manage_record"),
]
