"""Addresses of the public pages and of stored files."""

from django.urls import path

from ioc.onscene.views import files, public
from ioc.onscene.views.feed import PublishedFeed

urlpatterns = [
    path("", public.home, name="public_home"),
    path("start/", public.start, name="start"),
    path("reports/", public.reports, name="public_reports"),
    path("reports/map/", public.report_map, name="public_map"),
    path("reports/feed.rss", PublishedFeed(), name="public_feed"),
    path("reports/<str:code>/", public.report, name="public_report"),
    path("files/<uuid:attachment_id>/<slug:variant>/", files.attachment, name="file"),
    path("thumbs/<uuid:report_id>/", files.thumbnail, name="thumb"),
]
