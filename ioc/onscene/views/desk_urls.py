"""Addresses of the operating team's desk."""

from django.urls import path

from ioc.onscene.views import desk, desk_actions, desk_duty, desk_entry, desk_parts, desk_results

urlpatterns = [
    path("", desk.index, name="desk"),
    path("queue/", desk.queue, name="desk-queue"),
    path("filters/", desk.filters, name="desk-filters"),
    path("new/", desk_entry.entry, name="desk-entry"),
    path("new/questions/", desk_entry.questions, name="desk-questions"),
    path("duty/", desk_duty.duty, name="desk-duty"),
    path("hand-over/", desk_duty.write, name="desk-hand-over"),
    path("hand-over/<int:note_id>/read/", desk_duty.read, name="desk-note-read"),
    path("agencies/", desk_parts.agencies, name="desk-agencies"),
    path("reason/", desk_parts.reason_words, name="desk-reason"),
    path("<uuid:report_id>/", desk.matter, name="desk-matter"),
    path("<uuid:report_id>/preview/", desk_parts.preview, name="desk-preview"),
    path("<uuid:report_id>/receive/", desk_actions.receive, name="desk-receive"),
    path("<uuid:report_id>/dispatch/", desk_actions.dispatch, name="desk-dispatch"),
    path("<uuid:report_id>/ask/", desk_actions.ask, name="desk-ask"),
    path("<uuid:report_id>/refuse/", desk_actions.refuse, name="desk-refuse"),
    path("<uuid:report_id>/join/", desk_actions.join, name="desk-join"),
    path("<uuid:report_id>/correct/", desk_actions.correct, name="desk-correct"),
    path("<uuid:report_id>/guide/", desk_actions.guide, name="desk-guide"),
    path("<uuid:report_id>/publish/", desk_results.publish, name="desk-publish"),
    path("<uuid:report_id>/send-back/", desk_results.send_back, name="desk-send-back"),
    path("<uuid:report_id>/extension/grant/", desk_results.grant, name="desk-grant"),
    path("<uuid:report_id>/extension/deny/", desk_results.deny, name="desk-deny"),
    path("<uuid:report_id>/identity/", desk_parts.identity, name="desk-identity"),
]
