"""A real browser on the real product: the small province, each person signed in by a session of their own."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from ioc.kernel.clock import PROVINCE_ZONE
from tests.browser_needed import chromium
from tests.stack import Stack, stack

__all__ = ["stack"]

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
PLACE = {"latitude": 21.30, "longitude": 106.15, "accuracy": 8.0}


@dataclass
class Person:
    """Somebody at a screen; what the browser complained of is kept and must stay empty."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def note(self, status: int, url: str) -> None:
        """Keep an answer that is an error, with its address."""
        if status >= 400:
            self.complaints.append(f"{status} {url}")

    def go(self, path: str) -> Page:
        """Open an address of ours."""
        self.page.goto(path, wait_until="load")
        return self.page


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for these tests; closed with them, for its driver keeps an event loop running in this thread."""
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield made
        made.close()


@pytest.fixture
def person(browser: Browser, stack: Stack) -> Iterator[Callable[..., Person]]:
    """Makes people: a login of the small province or "" for anybody, on a phone or at a desk.

    `origin` names the product in another way than by its number.
    """
    contexts: list[BrowserContext] = []
    people: list[Person] = []

    def make(
        login: str = "", *, phone: bool = False, script: bool = True, language: str = "vi", origin: str = ""
    ) -> Person:
        at = origin or stack.origin
        context = browser.new_context(
            base_url=at, viewport=PHONE if phone else DESK, has_touch=phone, is_mobile=phone,
            java_script_enabled=script, locale="vi-VN" if language == "vi" else "en-GB",
            geolocation=PLACE, permissions=["geolocation"],
        )  # fmt: skip
        context.set_default_timeout(15_000)
        cookies = [{"name": "django_language", "value": language, "url": at}]
        if login:
            cookies.append({"name": "sessionid", "value": stack.facts["sessions"][login], "url": at})
        context.add_cookies(cookies)
        contexts.append(context)
        made = Person(page=context.new_page())
        made.page.on("pageerror", lambda error: made.complaints.append(f"error: {error}"))
        made.page.on("console", lambda said: made.complaints.append(said.text) if said.type == "error" else None)
        made.page.on("response", lambda got: made.note(got.status, got.url))
        people.append(made)
        return made

    yield make
    complaints = [complaint for one in people for complaint in one.complaints if "favicon" not in complaint]
    for context in contexts:
        context.close()
    assert not complaints, complaints


def photo(colour: str = "#7f8d78") -> dict[str, object]:
    """A photo as a phone's camera would hand it over."""
    image = Image.new("RGB", (1600, 1200), "#b9c7d8")
    drawing = ImageDraw.Draw(image)
    drawing.rectangle((0, 500, 1600, 1200), fill=colour)
    drawing.ellipse((400, 600, 1000, 1000), fill="#3b3f46")
    facts = Image.Exif()
    facts[0x0112] = 6  # held upright: the picture itself lies on its side
    facts.get_ifd(0x8769)[0x9003] = f"{datetime.now(tz=PROVINCE_ZONE) - timedelta(minutes=5):%Y:%m:%d %H:%M:%S}"
    facts.get_ifd(0x8825).update({1: "N", 2: (21.0, 18.0, 0.0), 3: "E", 4: (106.0, 9.0, 0.0)})
    content = io.BytesIO()
    image.save(content, "JPEG", quality=90, exif=facts)
    return {"name": "anh.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}
