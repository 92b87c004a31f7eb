"""Addresses of the leaders' page."""

from django.urls import path

from ioc.onscene.views import lead

urlpatterns = [
    path("", lead.page, name="lead"),
    path("values.json", lead.values, name="lead_values"),
    path("reports/", lead.reports, name="lead_reports"),
]
