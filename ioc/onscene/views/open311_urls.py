"""Addresses of the open311 pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
