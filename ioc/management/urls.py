"""Addresses of the management room."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
