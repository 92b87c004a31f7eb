"""Addresses of the notices room."""

from django.urls import path

from ioc.notices import views

urlpatterns = [
    path("", views.inbox, name="notices"),
    path("read/", views.read, name="notices-read"),
    path("bell/", views.bell, name="notices-bell"),
]
