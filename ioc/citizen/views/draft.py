"""What somebody has filled in so far: read from the form, kept through mistakes, turned into a filing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ioc.citizen import queries
from ioc.citizen.queries import Commune
from ioc.kernel.errors import Invalid, Text, TooMany
from ioc.kernel.http import Request
from ioc.kernel.uploads import too_large
from ioc.onscene import actions

MOST_FILES: Final = 10
TRAP: Final = "subject_line"
_TEXTS: Final = ("text", "category", "kind", "area_code", "area_name", "place_text", "name", "phone", "email")
_MANY: Final = "multivaluelist"


@dataclass
class Draft:
    """The values of the form's fields, the files kept so far, and what is wrong with which field."""

    values: dict[str, str] = field(default_factory=dict)
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None
    shows_name: bool = False
    consent_id: int | None = None
    answers: dict[str, Any] = field(default_factory=dict)
    media: list[actions.Media] = field(default_factory=list)
    communes: list[Commune] = field(default_factory=list)
    errors: dict[str, Text] = field(default_factory=dict)
    photo_errors: list[Text] = field(default_factory=list)
    limited: TooMany | None = None

    @property
    def is_wrong(self) -> bool:
        """Whether something has to be mended before it can be sent."""
        return bool(self.errors or self.photo_errors)

    @property
    def is_located(self) -> bool:
        """Whether a point was given."""
        return self.latitude is not None and self.longitude is not None

    @property
    def handles(self) -> list[tuple[str, bool]]:
        """The kept files by their handles, and whether each is a video."""
        return [(actions.handle_of(one), one.kind == "video") for one in self.media]

    def filing(self) -> actions.Filing:
        """The report as it would be filed."""
        texts = {name: value for name, value in self.values.items() if name != "area_name"}
        return actions.Filing(
            **texts,
            latitude=self.latitude,
            longitude=self.longitude,
            accuracy_m=self.accuracy_m,
            hides_name=not self.shows_name,
            consent_id=self.consent_id,
            answers=self.answers,
            media=tuple(self.media),
            language="en" if (get_language() or "").startswith("en") else "vi",
        )


def empty(given: Mapping[str, str]) -> Draft:
    """A form to begin with; an address may choose the category and the kind."""
    values = dict.fromkeys(_TEXTS, "") | {"kind": given.get("kind", "") or "on_scene"}
    return Draft(values=values | {"category": given.get("category", "")[:40]})


def read(request: Request, *, at: datetime) -> Draft:
    """The form as sent. Files are kept at once, so that they need not be sent again."""
    post = request.POST
    draft = Draft(
        values={name: post.get(name, "").strip()[:5000] for name in _TEXTS},
        latitude=_number(post.get("latitude"), 90),
        longitude=_number(post.get("longitude"), 180),
        accuracy_m=_number(post.get("accuracy"), 1_000_000),
        shows_name="shows_name" in post,
    )
    draft.values["kind"] = draft.values["kind"] or "on_scene"
    draft.answers = _answers(request, draft.values["category"])
    if post.get(TRAP):
        draft.errors["form"] = _("Please leave the hidden field empty; then send again.")
    _read_consent(draft, post.get("consent", ""))
    _read_place(draft, at=at)
    _read_files(draft, request, at=at)
    return draft


def _read_consent(draft: Draft, given: str) -> None:
    """What was agreed to counts when it is the text in force: after a new version came, people are asked again."""
    text = queries.consent()
    if text is not None and given == str(text.id):
        draft.consent_id = text.id
    elif text is not None and text.needs_tick:
        draft.errors["consent"] = _("Please read this and tick it, so that we may use what you send.")


def _answers(request: Request, category: str) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for question in queries.questions(category):
        given = [value.strip()[:1000] for value in request.POST.getlist(f"answer_{question.code}") if value.strip()]
        if given:
            answers[question.code] = given if question.datatype == _MANY else given[0]
    return answers


def _read_place(draft: Draft, *, at: datetime) -> None:
    """Find the commune that was typed. A commune counts for more than a point outside the province."""
    name, code = draft.values["area_name"], draft.values["area_code"]
    if name and not code:
        found = queries.commune_called(name, at=at)
        if len(found) == 1:
            draft.values["area_code"] = found[0].code
        elif not draft.is_located:
            draft.communes = found
            draft.errors["place"] = _("Which one do you mean?") if found else _("There is no commune of this name.")
    if draft.values["area_code"] and draft.latitude is not None and draft.longitude is not None:
        inside = queries.place_name(draft.latitude, draft.longitude, at=at)
        if not inside:
            draft.latitude = draft.longitude = draft.accuracy_m = None


def _read_files(draft: Draft, request: Request, *, at: datetime) -> None:
    for handle in request.POST.getlist("kept")[:MOST_FILES]:
        try:
            draft.media.append(actions.media_of(handle))
        except Invalid as error:
            draft.photo_errors.extend(error.fields.values())
    for name in too_large(request):
        draft.photo_errors.append(_("“%(name)s” is too large. Send a file under 60 MB.") % {"name": name[:60]})
    room = MOST_FILES - len(draft.media)
    uploads = [one for one in request.FILES.getlist("photos") if one.name]
    try:
        taken = actions.take_files(uploads, at=at, address=request.client_address, room=room)
        draft.media.extend(taken.media)
        draft.photo_errors.extend(f"{error.message} {error.remedy}".strip() for error in taken.refusals)
        actions.check_one_video(draft.media)
    except TooMany as error:
        draft.limited = error
    except Invalid as error:
        draft.photo_errors.extend(error.fields.values())


def place_from_photo(draft: Draft, *, at: datetime) -> bool:
    """Where no place was given, take the first photo's own, to be looked at before it is sent again."""
    for one in draft.media:
        if one.latitude is None or one.longitude is None:
            continue
        name = queries.place_name(one.latitude, one.longitude, at=at)
        if name:
            draft.latitude, draft.longitude = one.latitude, one.longitude
            draft.errors["place"] = _("Your photo was taken in %(place)s. If that is the place, send again.") % {
                "place": name
            }
            return True
    return False


def point(given: Mapping[str, str]) -> tuple[float | None, float | None]:
    """The latitude and longitude in an address, None for what is no such number."""
    return _number(given.get("latitude"), 90), _number(given.get("longitude"), 180)


def _number(text: str | None, most: float) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if -most <= value <= most else None
