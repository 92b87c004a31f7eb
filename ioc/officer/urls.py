"""Addresses of the officer room."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
