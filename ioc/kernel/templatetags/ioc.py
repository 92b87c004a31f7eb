"""What every page needs to show: icons, moments as people say them, numbers as Viet Nam writes them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import Any, Final

from django import template
from django.forms import BoundField, Textarea
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_vite.core.asset_loader import DjangoViteAssetLoader

from ioc.kernel import clock
from ioc.kernel.actors import Actor

register = template.Library()

THEMES: Final = ("ioc", "ioc-dark", "ioc-contrast")
_WEEKDAYS_VI: Final = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_WEEKDAYS_EN: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_NEAR_DAYS_VI: Final = {0: "hôm nay", -1: "hôm qua", 1: "ngày mai"}
_NEAR_DAYS_EN: Final = {0: "today", -1: "yesterday", 1: "tomorrow"}
_MONTHS_EN: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_VIETNAMESE_MARKS: Final = str.maketrans(",.", ".,")


@lru_cache(maxsize=1)
def _sprite() -> str:
    """The address of the icon sprite that the build wrote."""
    return str(DjangoViteAssetLoader.instance().generate_vite_asset_url("icons.svg"))


@lru_cache(maxsize=2048)
def _svg(name: str, css: str, label: str) -> SafeString:
    """The `<svg>` of one icon; without a label it is decoration and hidden from screen readers."""
    said = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return SafeString(
        f'<svg class="{escape(css)} shrink-0" fill="none" stroke="currentColor" stroke-width="2" '
        f'stroke-linecap="round" stroke-linejoin="round" {said}>'
        f'<use href="{_sprite()}#{escape(name)}"/></svg>'
    )


@register.simple_tag
def icon(name: str, label: str = "", **attributes: str) -> SafeString:
    """The Lucide icon `name`, sized and coloured by `class` ("size-5" when not said).

    `label` says what it means where no words stand beside it.
    """
    return _svg(name or "circle", attributes.get("class", "size-5"), str(label))


@register.simple_tag(takes_context=True)
def theme_attribute(context: Context) -> SafeString:
    """`data-theme="…"` when the person chose a theme; nothing when the system decides."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme", "") if request else ""
    return SafeString(f'data-theme="{chosen}"') if chosen in THEMES else SafeString("")


@register.simple_tag(takes_context=True)
def here(context: Context, prefix: str, but: str = "") -> SafeString:
    """`aria-current="page"` when the page's address begins with `prefix` ("=/lead/": is exactly that).

    Not where it begins with `but`: a place below that has a link of its own.
    """
    request = context.get("request")
    path = request.path if request else ""
    matches = path == prefix[1:] if prefix.startswith("=") else path.startswith(prefix)
    elsewhere = bool(but) and path.startswith(but)
    return SafeString('aria-current="page"') if matches and not elsewhere else SafeString("")


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """The page's query string with `changes` made, for pagers; an empty value takes a key away."""
    parameters = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            parameters.pop(key, None)
        else:
            parameters[key] = str(value)
    return f"?{parameters.urlencode()}"


def _vietnamese() -> bool:
    return (get_language() or "vi").startswith("vi")


def _span(seconds: float) -> str:
    """A length of time in its largest whole unit: "12 minutes", "3 hours", "5 days"."""
    minutes = int(seconds // 60)
    if minutes < 60:
        return _("1 minute") if minutes == 1 else _("%(n)d minutes") % {"n": minutes}
    hours = minutes // 60
    if hours < 48:
        return _("1 hour") if hours == 1 else _("%(n)d hours") % {"n": hours}
    return _("%(n)d days") % {"n": hours // 24}


@register.filter
def ago(value: datetime | None) -> str:
    """How long ago, in one unit: "12 minutes ago", "just now"; "in 3 hours" for what is to come."""
    if value is None:
        return ""
    seconds = (clock.now() - value).total_seconds()
    if abs(seconds) < 60:
        return _("just now")
    text = _("%(span)s ago") if seconds > 0 else _("in %(span)s")
    return text % {"span": _span(abs(seconds))}


@register.filter
def span(value: timedelta | float | None) -> str:
    """A length of time (a timedelta or seconds) in its largest unit: "2 days"; under a minute "1 minute"."""
    if value is None:
        return ""
    seconds = value.total_seconds() if isinstance(value, timedelta) else float(value)
    return _span(max(abs(seconds), 60))


@register.filter
def until_span(value: datetime | None) -> str:
    """The time between now and `value`, either way, in its largest unit: "3 hours"."""
    return span(value - clock.now()) if value else ""


@register.filter
def steps(of: float) -> range:
    """The numbers of `of` steps from nought, for a bar of steps."""
    return range(int(of))


@register.filter
def vnum(value: Decimal | float | str | None, places: int | None = None) -> str:
    """A number as people write it: 1.234,5 in Vietnamese, 1,234.5 in English; `places` fixes the decimals.

    Without `places`, at most two decimals and no closing zeros. A dash for what is not known.
    """
    if value is None or value == "":
        return "–"
    number = value if isinstance(value, int | float | Decimal) else Decimal(value)
    text = f"{number:,.{2 if places is None else places}f}"
    if places is None:
        text = text.rstrip("0").rstrip(".")
    text = text.replace("-", "−")
    return text.translate(_VIETNAMESE_MARKS) if _vietnamese() else text


@register.filter
def percent(value: Decimal | float | None, places: int = 0) -> str:
    """A share (0.93) as "93 %", with a space as Viet Nam's standards write it; "93%" in English."""
    if value is None:
        return "–"
    return vnum(float(value) * 100, places) + (" %" if _vietnamese() else "%")


@register.filter
def clock_time(value: datetime | None) -> str:
    """HH:MM on the province's wall clock."""
    return f"{clock.local(value):%H:%M}" if value else ""


register.filter("clock", clock_time)


def _date(local: datetime, today: datetime) -> str:
    """Weekday and date: "thứ Năm 27/4", "Thu 27 Apr"; the year only when it is not this one."""
    other_year = local.year != today.year
    if _vietnamese():
        return f"{_WEEKDAYS_VI[local.weekday()]} {local.day}/{local.month}" + f"/{local.year}" * other_year
    month = _MONTHS_EN[local.month - 1]
    return f"{_WEEKDAYS_EN[local.weekday()]} {local.day} {month}" + f" {local.year}" * other_year


def _day(local: datetime, today: datetime) -> str:
    """The day of `local` as said today: "today", "yesterday", "tomorrow", else weekday and date."""
    words = _NEAR_DAYS_VI if _vietnamese() else _NEAR_DAYS_EN
    distance = (local.date() - today.date()).days
    return words.get(distance) or _date(local, today)


def dated(value: datetime) -> str:
    """An instant in words that stay true when read on another day: "17:00 thứ Năm 27/4", "17:00, Thu 27 Apr"."""
    local = clock.local(value)
    return f"{local:%H:%M}{_joint()}{_date(local, clock.local(clock.now()))}"


def _joint() -> str:
    """What stands between the time and the day."""
    return " " if _vietnamese() else ", "


@register.filter
def moment(value: datetime | None) -> str:
    """An instant as people say it: "17:00 thứ Năm 27/4", "07:42 hôm nay"; "17:00, Thu 27 Apr" in English."""
    if value is None:
        return ""
    local = clock.local(value)
    return f"{local:%H:%M}{_joint()}{_day(local, clock.local(clock.now()))}"


@register.filter
def day(value: datetime | None) -> str:
    """The day of an instant as people say it: "thứ Năm 27/4", "hôm nay"; "Thu 27 Apr", "today" in English."""
    return _day(clock.local(value), clock.local(clock.now())) if value else ""


_WIDGET_CLASSES: Final = {
    "checkbox": "checkbox checkbox-primary",
    "radio": "radio radio-primary",
    "file": "file-input w-full",
    "select": "select w-full",
    "textarea": "textarea w-full leading-6",
}


@register.filter
def dressed(field: BoundField, hint: str = "") -> SafeString:
    """A form's field in our look, tied to its hint (when there is one) and its errors for screen readers."""
    widget = field.field.widget
    kind = "textarea" if isinstance(widget, Textarea) else getattr(widget, "input_type", "text")
    # The hint that is shown may not be the form's own; Django names in aria-describedby what is here.
    field.help_text = hint
    return field.as_widget(attrs={"class": _WIDGET_CLASSES.get(kind, "input w-full"), "placeholder": ""})


@register.filter
def word(words: Mapping[str, Any], key: str) -> Any:
    """What `words` call `key`; the key itself where they do not know it."""
    return words.get(key, key)


@register.filter
def can(actor: Actor | None, right: str) -> bool:
    """Whether `actor` holds one of the rights named in `right`, separated by spaces."""
    return actor is not None and any(actor.has(one) for one in right.split())


@register.filter
def initials(name: str) -> str:
    """One or two capitals for a person: the first and last word's, as "TH" for Trần Thu Hà."""
    words = name.split()
    return (words[0][0] + words[-1][0] if len(words) > 1 else name[:2]).upper()


@register.filter
def time_tone(share: float | None) -> str:
    """The tone of a time-left bar by the share of time used, in percent: error from 100, warning from 70."""
    used = share or 0
    if used >= 100:
        return "error"
    return "warning" if used >= 70 else "primary"
