"""Addresses of the officer room."""

from django.urls import path

from ioc.officer.views import reading, steps

urlpatterns = [
    path("", reading.work, name="officer_work"),
    path("<uuid:report_id>/", reading.matter, name="officer_matter"),
    path("<uuid:report_id>/place.json", reading.place, name="officer_place"),
    path("<uuid:report_id>/accept/", steps.accept, name="officer_accept"),
    path("<uuid:report_id>/approve/", steps.approve, name="officer_approve"),
    *(
        path(f"<uuid:report_id>/{name}/", steps.step, {"name": name}, name=f"officer_{name.replace('-', '_')}")
        for name in steps.STEPS
    ),
]
