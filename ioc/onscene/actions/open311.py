"""Filing by programs, through Open311."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from ioc.kernel import limits
from ioc.kernel.actors import Actor
from ioc.kernel.errors import Forbidden
from ioc.kernel.rights import FILE_BY_PROGRAM
from ioc.management.queries.people import program_actor
from ioc.onscene.actions.filing import Filed, Filing, file_report
from ioc.onscene.actions.uploads import check_one_video, take_file
from ioc.onscene.models import Channel
from ioc.onscene.rules.open311 import BY_PROGRAM


def file_by_program(
    *, api_key: str, filing: Filing, at: datetime, uploads: "Sequence[UploadedFile[Any]]" = (), key: str = ""
) -> Filed:
    """Take in a report that the program with `api_key` sends, with its files; contact data are not asked for.

    `key` makes a retry safe, within what this program sent.

    Raises:
        Forbidden: the key is missing, unknown, revoked or not for filing.
        Invalid: says for each field what is wrong.
        MediaRefused: a file cannot be taken.
        TooMany: the program filed too often within the minute.
        KeyReused: the key came with other content before.
    """
    actor = _program(api_key)
    mark = sha256(api_key.encode()).hexdigest()
    limits.hit([(BY_PROGRAM, mark)], at=at)
    media = [take_file(upload, at=at) for upload in uploads]
    check_one_video(media)
    return file_report(
        filing=replace(filing, media=media, channel=Channel.OPEN311),
        at=at,
        actor=actor,
        key=sha256(f"{mark}:{key}".encode()).hexdigest() if key else "",
        needs_contact=False,
    )


def _program(api_key: str) -> Actor:
    if not api_key:
        raise Forbidden(_("api_key was not provided."))
    actor = program_actor(api_key)
    if actor is None or not actor.has(FILE_BY_PROGRAM):
        raise Forbidden(_("api_key is not valid for filing."))
    return actor
