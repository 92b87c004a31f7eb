"""Addresses of what everybody reads: regulations, announcements and guides."""

from django.urls import URLPattern, path

from ioc.management.views import guidance, regulations

urlpatterns: list[URLPattern] = [
    path("regulations/", regulations.listing, name="regulations"),
    path("regulations/<int:regulation_id>/", regulations.page, name="regulation"),
    path("regulations/<int:regulation_id>/<int:version_id>/read/", regulations.read, name="regulation_read"),
    path("regulations/documents/<int:version_id>/", regulations.document, name="regulation_document"),
    path("guidance/", guidance.listing, name="guidance"),
    path("guidance/<int:guide_id>/", guidance.page, name="guide"),
    path("reading/", guidance.reading, name="reading"),
    path("reading/<int:guide_id>/", guidance.staff_page, name="staff_guide"),
]
