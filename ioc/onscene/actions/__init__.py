"""One function for each thing that a person can do with a report."""

from ioc.onscene.actions.asking import ask_reporter
from ioc.onscene.actions.checking import problems_of
from ioc.onscene.actions.correcting import Correction, correct
from ioc.onscene.actions.dispatch import dispatch
from ioc.onscene.actions.extending import ask_extension, deny_extension, grant_extension
from ioc.onscene.actions.filing import Filed, Filing, file_report
from ioc.onscene.actions.handling import (
    accept,
    approve_outcome,
    record_progress,
    return_to_team,
    send_back_outcome,
    submit_outcome,
)
from ioc.onscene.actions.identity import Identity, open_identity, reseal_all
from ioc.onscene.actions.joining import join
from ioc.onscene.actions.personal_data import ask_about_my_data
from ioc.onscene.actions.publishing import publish, send_back_to_agency
from ioc.onscene.actions.reporter import AlreadyRated, answer_question, rate
from ioc.onscene.actions.triage import guide, receive, refuse
from ioc.onscene.actions.uploads import Taken, check_one_video, handle_of, media_of, take_file, take_files
from ioc.onscene.rules.media import Media

__all__ = [
    "AlreadyRated",
    "Correction",
    "Filed",
    "Filing",
    "Identity",
    "Media",
    "Taken",
    "accept",
    "answer_question",
    "approve_outcome",
    "ask_about_my_data",
    "ask_extension",
    "ask_reporter",
    "check_one_video",
    "correct",
    "deny_extension",
    "dispatch",
    "file_report",
    "grant_extension",
    "guide",
    "handle_of",
    "join",
    "media_of",
    "open_identity",
    "problems_of",
    "publish",
    "rate",
    "receive",
    "record_progress",
    "refuse",
    "reseal_all",
    "return_to_team",
    "send_back_outcome",
    "send_back_to_agency",
    "submit_outcome",
    "take_file",
    "take_files",
]
