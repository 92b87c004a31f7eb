"""Kinds of data in reports that rules of retention may name."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import SYSTEM
from ioc.kernel.personal_data import Text
from ioc.onscene.actions.personal_data import wipe
from ioc.onscene.actions.steps import record
from ioc.onscene.models import Attachment, Report, Reporter

_RULE = "retention"


class Identities:
    """Who filed reports that are closed."""

    label: Text = _("Who filed a report")
    since: Text = _("the report was closed")
    deed: Text = _("name and contact are wiped, also in the texts; the report and its figures stay")

    def due(self, before: datetime) -> int:
        """How many identities of reports closed before `before` are still kept."""
        return self._rows(before).count()

    def carry_out(self, before: datetime, *, at: datetime, most: int) -> int:
        """Wipe at most `most` of them."""
        with transaction.atomic():
            rows = self._rows(before).select_for_update(of=("self",), skip_locked=True).select_related("report")
            chosen = list(rows[:most])
            for row in chosen:
                wipe(row, actor=SYSTEM, at=at, reason=_RULE)
        return len(chosen)

    def _rows(self, before: datetime) -> QuerySet[Reporter]:
        return Reporter.objects.filter(wiped_at__isnull=True, report__closed_at__lt=before)


class Pictures:
    """Photos and videos of reports that are closed."""

    label: Text = _("Photos and videos of reports")
    since: Text = _("the report was closed")
    deed: Text = _("the files are deleted; the report and its texts stay")

    def due(self, before: datetime) -> int:
        """How many reports closed before `before` still have files."""
        return self._rows(before).count()

    def carry_out(self, before: datetime, *, at: datetime, most: int) -> int:
        """Take the files out of at most `most` reports; what no other report shows is deleted from disk the same
        night.
        """
        with transaction.atomic():
            chosen = list(self._rows(before).select_for_update(of=("self",), skip_locked=True)[:most])
            Attachment.objects.filter(report__in=chosen).delete()
            Report.objects.filter(id__in=[one.id for one in chosen]).update(thumbnail="")
            for report in chosen:
                record(report, verb="files_deleted", actor=SYSTEM, at=at, reason=_RULE)
        return len(chosen)

    def _rows(self, before: datetime) -> QuerySet[Report]:
        files = Attachment.objects.filter(report=OuterRef("pk"))
        return Report.objects.filter(Exists(files), closed_at__lt=before)
