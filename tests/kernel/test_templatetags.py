"""What pages show: moments, spans, numbers, icons and fields, in both languages."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from ioc.kernel import clock
from ioc.kernel.actors import Actor, ActorKind, Grant
from ioc.kernel.templatetags import ioc as tags

NOW = datetime(2023, 4, 24, 1, 0, tzinfo=UTC)  # a Monday, 08:00 in the province
TEMPLATES = sorted((settings.ROOT / "ioc").rglob("templates/**/*.html"))
ICON_NAMES = set((settings.ROOT / "web" / "icons.txt").read_text().split())
MANIFEST = Path(settings.DJANGO_VITE["default"]["manifest_path"])
built = pytest.mark.skipif(not MANIFEST.exists(), reason="web/ is not built: npm run build in web/")


@pytest.fixture(autouse=True)
def _at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def render(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("value", "places", "vietnamese", "english"),
    [
        (1234.5, None, "1.234,5", "1,234.5"),
        (1234567, None, "1.234.567", "1,234,567"),
        (Decimal("98.60"), None, "98,6", "98.6"),
        (0, None, "0", "0"),
        (100, None, "100", "100"),
        (Decimal("100.00"), None, "100", "100"),
        (-2.1, 1, "−2,1", "−2.1"),
        (8.94, 1, "8,9", "8.9"),
        (None, None, "–", "–"),
        ("", None, "–", "–"),
        ("12.5", None, "12,5", "12.5"),
    ],
)
def test_numbers_are_written_as_people_write_them(
    value: object, places: int | None, vietnamese: str, english: str
) -> None:
    with override("vi"):
        assert tags.vnum(value, places) == vietnamese
    with override("en"):
        assert tags.vnum(value, places) == english


def test_shares_are_written_with_the_sign_of_the_language() -> None:
    with override("vi"):
        assert tags.percent(0.934) == "93 %"
        assert tags.percent(0.934, 1) == "93,4 %"
    with override("en"):
        assert tags.percent(0.934, 1) == "93.4%"
    assert tags.percent(None) == "–"


@pytest.mark.parametrize(
    ("after", "vietnamese", "english"),
    [
        (timedelta(hours=9), "17:00 hôm nay", "17:00, today"),
        (timedelta(hours=-9), "23:00 hôm qua", "23:00, yesterday"),
        (timedelta(days=1), "08:00 ngày mai", "08:00, tomorrow"),
        (timedelta(days=3, hours=9), "17:00 thứ Năm 27/4", "17:00, Thu 27 Apr"),
        (timedelta(days=6), "08:00 Chủ nhật 30/4", "08:00, Sun 30 Apr"),
        (timedelta(days=-365), "08:00 Chủ nhật 24/4/2022", "08:00, Sun 24 Apr 2022"),
    ],
)
def test_moments_are_said_on_the_provinces_clock(after: timedelta, vietnamese: str, english: str) -> None:
    with override("en"):
        assert tags.moment(NOW + after) == english
    with override("vi"):
        assert tags.moment(NOW + after) == vietnamese


def test_a_moment_near_midnight_belongs_to_the_provinces_day() -> None:
    late = datetime(2023, 4, 24, 17, 30, tzinfo=UTC)  # 00:30 on Tuesday in the province
    with override("en"):
        assert tags.moment(late) == "00:30, tomorrow"
        assert tags.day(late) == "tomorrow"
        assert tags.clock_time(late) == "00:30"


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=12), "12 minutes ago"),
        (timedelta(hours=1, minutes=59), "1 hour ago"),
        (timedelta(hours=47), "47 hours ago"),
        (timedelta(days=9), "9 days ago"),
        (-timedelta(hours=3), "in 3 hours"),
    ],
)
def test_ago_uses_one_unit(before: timedelta, said: str) -> None:
    with override("en"):
        assert tags.ago(NOW - before) == said


def test_spans_take_a_timedelta_or_seconds() -> None:
    with override("en"):
        assert tags.span(timedelta(days=2)) == "2 days"
        assert tags.span(7800) == "2 hours"
        assert tags.span(timedelta(seconds=5)) == "1 minute"
        assert tags.until_span(NOW - timedelta(hours=2)) == "2 hours"


def test_what_is_not_known_shows_nothing() -> None:
    for show in (tags.ago, tags.moment, tags.day, tags.clock_time, tags.span, tags.until_span):
        assert show(None) == ""


def test_the_tone_of_time_left() -> None:
    shares = (None, 0, 69, 70, 99.9, 100, 240)
    tones = ["primary", "primary", "primary", "warning", "warning", "error", "error"]
    assert [tags.time_tone(share) for share in shares] == tones


def test_time_left_says_overdue_in_words() -> None:
    with override("en"):
        page = render('{% include "kernel/time_left.html" %}', share=130, due=NOW - timedelta(hours=2))
    assert "2 hours overdue" in page
    assert "progress-error" in page


def test_can_asks_for_any_of_the_rights() -> None:
    actor = Actor(kind=ActorKind.PERSON, grants=(Grant("onscene.triage", 1, "", ""),))
    assert tags.can(actor, "onscene.publish onscene.triage")
    assert not tags.can(actor, "management.manage")
    assert not tags.can(None, "onscene.triage")


def test_initials() -> None:
    assert [tags.initials(name) for name in ("Trần Thu Hà", "admin", "")] == ["TH", "AD", ""]


def test_here_marks_the_current_place() -> None:
    request = RequestFactory().get("/desk/reports/7/")
    page = '{% here "/desk/" %}|{% here "/lead/" %}|{% here "=/desk/" %}'
    assert render(page, request=request) == 'aria-current="page"||'


def test_here_leaves_a_place_below_to_its_own_link() -> None:
    source = '{% here "/desk/" but="/desk/new/" %}'
    factory = RequestFactory()
    assert render(source, request=factory.get("/desk/42/"))
    assert not render(source, request=factory.get("/desk/new/"))


@pytest.mark.parametrize(("language", "said"), [("vi", "09:00 thứ Hai 24/4"), ("en", "09:00, Mon 24 Apr")])
def test_what_is_kept_says_the_date_and_never_today(language: str, said: str) -> None:
    with override(language):
        assert tags.dated(NOW + timedelta(hours=1)) == said


def test_query_changes_one_key_and_keeps_the_others() -> None:
    request = RequestFactory().get("/?state=open&page=2&q=rác")
    assert render('{% query page=3 state="" %}', request=request) == "?page=3&amp;q=r%C3%A1c"


def test_theme_is_the_persons_choice_and_nothing_else() -> None:
    request = RequestFactory().get("/")
    assert render("{% theme_attribute %}", request=request) == ""
    request.COOKIES["theme"] = "ioc-dark"
    assert render("{% theme_attribute %}", request=request) == 'data-theme="ioc-dark"'
    request.COOKIES["theme"] = '"><script>'
    assert render("{% theme_attribute %}", request=request) == ""


@built
def test_an_icon_is_hidden_unless_it_means_something() -> None:
    assert 'aria-hidden="true"' in render('{% icon "trash-2" class="size-4" %}')
    named = render('{% icon "trash-2" label=label %}', label='Xóa "ảnh"')
    assert 'role="img" aria-label="Xóa &quot;ảnh&quot;"' in named
    assert "#trash-2" in named


class Filing(forms.Form):
    title = forms.CharField(help_text="Short")
    text = forms.CharField(widget=forms.Textarea)
    agree = forms.BooleanField()


def test_fields_are_dressed_and_tied_to_hint_and_error() -> None:
    form = Filing({"title": "", "text": "x", "agree": "on"})
    assert 'aria-describedby="id_title_helptext id_title_error"' in tags.dressed(form["title"], "Short")
    assert "textarea w-full" in tags.dressed(form["text"])
    assert "checkbox" in tags.dressed(form["agree"])
    assert "helptext" not in tags.dressed(Filing()["title"], "")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.ROOT)))
def test_templates_name_icons_that_exist_and_keep_the_policy(path: Path) -> None:
    source = path.read_text()
    named = set(re.findall(r'{%\s*icon\s+"([^"]+)"', source)) | set(re.findall(r'\sicon="([^"{]+)"', source))
    assert named <= ICON_NAMES
    markup = re.sub(r"{%.*?%}|{{.*?}}", "", source, flags=re.DOTALL)
    assert not re.findall(r"\s(?:style|on[a-z]+|hx-on[:\w-]*)=", markup)


def test_icons_of_categories_exist() -> None:
    lists = [path.read_text() for path in (settings.ROOT / "ioc").rglob("*.yml")]
    named = set(re.findall(r"\bicon: *\"?([a-z0-9-]+)", "\n".join(lists)))
    assert named <= ICON_NAMES
