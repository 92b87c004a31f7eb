"""Addresses of the citizen room."""

from django.urls import path

from ioc.citizen.views import home, private, report

urlpatterns = [
    path("", home.home, name="citizen_home"),
    path("report/", report.report, name="citizen_report"),
    path("report/questions/", report.questions, name="citizen_questions"),
    path("report/nearby/", report.close_by, name="citizen_nearby"),
    path("report/communes/", report.communes, name="citizen_communes"),
    path("report/files/<str:handle>/", report.draft_file, name="citizen_draft_file"),
    path("follow/", home.follow, name="citizen_follow"),
    path("guidance/<slug:kind>/", home.guidance, name="citizen_guidance"),
    path("r/<str:token>/", private.private, name="citizen_private"),
    path("r/<str:token>/code.svg", private.code_picture, name="citizen_code"),
    path("r/<str:token>/thumb/", private.thumbnail, name="citizen_thumb"),
    path("r/<str:token>/answer/", private.answer, name="citizen_answer"),
    path("r/<str:token>/rate/", private.rate, name="citizen_rate"),
    path("r/<str:token>/keep/", private.keep, name="citizen_keep"),
    path("r/<str:token>/files/<uuid:attachment_id>/<slug:variant>/", private.file, name="citizen_file"),
]
