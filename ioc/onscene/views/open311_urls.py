"""Addresses of Open311 GeoReport v2; the format is the ending of each."""

from django.urls import path

from ioc.onscene.views import open311

urlpatterns = [
    path("", open311.start, name="open311"),
    path("discovery.<str:form>", open311.discovery, name="open311_discovery"),
    path("services.<str:form>", open311.service_list, name="open311_services"),
    path("services/<str:code>.<str:form>", open311.service_definition, name="open311_service"),
    path("requests.<str:form>", open311.service_requests, name="open311_requests"),
    path("requests/<str:request_id>.<str:form>", open311.service_request, name="open311_request"),
    path("tokens/<str:token>.<str:form>", open311.token, name="open311_token"),
]
