"""Addresses of the room: public pages, the desk, the leaders' page, stored files."""

from django.urls import include, path

urlpatterns = [
    path("desk/", include("ioc.onscene.views.desk_urls")),
    path("lead/", include("ioc.onscene.views.lead_urls")),
    path("open311/v2/", include("ioc.onscene.views.open311_urls")),
    path("", include("ioc.onscene.views.public_urls")),
]
