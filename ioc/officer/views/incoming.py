"""Files that an officer sends with a form: photos, a video, PDF documents."""

from datetime import datetime
from typing import IO, Any, cast

from django.utils.translation import gettext_lazy as _

from ioc.kernel.errors import Invalid
from ioc.kernel.http import Request
from ioc.kernel.media import MAX_PHOTOS
from ioc.kernel.media.storage import keep_document
from ioc.onscene.actions import Media
from ioc.onscene.actions.uploads import check_one_video, take_file


def media_of(request: Request, *, at: datetime) -> list[Media]:
    """Keep what came under "files" and give it as the actions take it.

    Raises:
        Invalid: too many files, or more than one video.
        MediaRefused: one of them cannot be taken; says which and why.
    """
    uploads = request.FILES.getlist("files")
    if len(uploads) > MAX_PHOTOS:
        too_many = _("At most %(most)s files; please leave some out.") % {"most": MAX_PHOTOS}
        raise Invalid(fields={"files": too_many})
    media = [_take(upload, at) for upload in uploads]
    check_one_video(media)
    return media


def _take(upload: Any, at: datetime) -> Media:
    if not (upload.name or "").lower().endswith(".pdf"):
        return take_file(upload, at=at)
    kept = keep_document(cast("IO[bytes]", upload), at, name=upload.name)
    return Media(sha256=kept.file.sha256, kind=kept.file.kind)
