"""Addresses of the citizen room."""

from django.urls import path

from ioc.citizen.views import data, home, private, report

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
    path("r/<str:token>/data/", data.ask, name="citizen_data_ask"),
    path("data/<str:token>/", data.page, name="citizen_data"),
    path("data/<str:token>/confirm/", data.confirm, name="citizen_data_confirm"),
    path("data/<str:token>/copy/<slug:form>/", data.copy, name="citizen_data_copy"),
    path("r/<str:token>/keep/", private.keep, name="citizen_keep"),
    path("r/<str:token>/files/<uuid:attachment_id>/<slug:variant>/", private.file, name="citizen_file"),
]
