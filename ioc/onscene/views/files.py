"""Stored files for who may see them; to everybody else they are not there."""

from uuid import UUID

from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from ioc.kernel.http import Request
from ioc.kernel.media.serving import media_response
from ioc.onscene.queries import files

WHOLE = "whole"


@require_safe
def attachment(request: Request, attachment_id: UUID, variant: str) -> HttpResponseBase:
    """A file of a report; the variant "whole" is the file itself."""
    return _answer(request, files.file_for(attachment_id, actor=request.actor), "" if variant == WHOLE else variant)


@require_safe
def thumbnail(request: Request, report_id: UUID) -> HttpResponseBase:
    """The small picture that stands for a report in lists."""
    return _answer(request, files.thumbnail_for(report_id, actor=request.actor), "thumb")


def _answer(request: Request, seen: files.Seen, variant: str) -> HttpResponseBase:
    return media_response(seen.file, request=request, variant=variant, open_to_all=seen.open_to_all)
