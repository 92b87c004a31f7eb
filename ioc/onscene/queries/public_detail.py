"""Published reports with their pictures: one in full, and the last few for the public home."""

from dataclasses import dataclass
from datetime import datetime

from ioc.management.queries import loading
from ioc.onscene.models import Report
from ioc.onscene.queries.cards import Card, card
from ioc.onscene.queries.files import Picture, first_pictures, public_pictures
from ioc.onscene.queries.places import Place, public_place
from ioc.onscene.queries.public import Filters, Published, listed, open_name, public_report
from ioc.onscene.queries.public_figures import Figures, figures
from ioc.onscene.queries.timeline import TimelineStep, timeline_for_public


@dataclass(frozen=True, slots=True)
class PublicReport:
    """What everybody may know of a report. `name` is the reporter's only where they chose to show it."""

    card: Card
    category_label: str
    area_label: str
    agency: str
    text: str
    result: str
    place: Place | None
    place_text: str
    name: str
    pictures: tuple[Picture, ...]
    timeline: tuple[TimelineStep, ...]

    @property
    def before(self) -> list[Picture]:
        """The pictures as reported."""
        return [picture for picture in self.pictures if not picture.is_after]

    @property
    def after(self) -> list[Picture]:
        """The pictures after the work."""
        return [picture for picture in self.pictures if picture.is_after]


def detail(code: str, *, at: datetime) -> PublicReport:
    """The published report with `code`; four statements.

    Raises:
        NotFound: there is none that everybody may read.
    """
    report = public_report(code)
    reference = loading.current()
    place = public_place(report)
    lead = reference.organizations.get(report.lead_id or 0)
    return PublicReport(
        card=card(report, at=at),
        category_label=reference.category_label(report.category_id),
        area_label=reference.area_label(report.area_id),
        agency=lead.label if lead else "",
        text=report.text,
        result=report.result,
        place=place,
        place_text=_place_text(report, place),
        name=open_name(report.id),
        pictures=tuple(public_pictures(report)),
        timeline=tuple(timeline_for_public(report)),
    )


def _place_text(report: Report, place: Place | None) -> str:
    """What the reporter wrote of the place, unless the category keeps places vague."""
    precision = loading.current().categories[report.category_id].place_precision_m
    return report.place_text if precision == 0 and (place is None or place.within_m == 0) else ""


@dataclass(frozen=True, slots=True)
class Done:
    """A published report with its first picture as reported and its first after the work."""

    report: Published
    before: Picture | None
    after: Picture | None


@dataclass(frozen=True, slots=True)
class Home:
    """What the public home shows."""

    figures: Figures
    latest: tuple[Done, ...]


def home(*, at: datetime, size: int) -> Home:
    """The three figures and the `size` last published reports with pictures before and after.

    Five statements; two within a minute of the last figures.
    """
    rows = listed(Filters(), at=at, size=size).rows
    pictures = first_pictures([row.card.id for row in rows])
    latest = (Done(row, *pictures.get(row.card.id, (None, None))) for row in rows)
    return Home(figures=figures(at=at), latest=tuple(latest))
