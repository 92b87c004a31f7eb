"""Addresses of the citizen room."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
