"""`make docs-shots`: the guides' pictures, taken from the running product with the demonstration province."""

import io
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from ioc.conf import embedded
from ioc.conf.running.onetime import totp_now
from tests.browser_needed import chromium
from tests.e2e.conftest import DESK, FLAGS, PHONE
from tests.stack import ROOT, Stack, free_port

IMAGES = ROOT / "docs" / "images"
QUALITY = 82
ADMINISTRATOR = "quantri"
SHOTS: dict[str, list[tuple[str, str]]] = {
    ADMINISTRATOR: [
        ("manage", "/manage/"),
        ("manage-agencies", "/manage/agencies/tree/"),
        ("manage-areas", "/manage/areas/"),
        ("manage-responsibility", "/manage/areas/responsibility/"),
        ("manage-people", "/manage/people/"),
        ("manage-people-import", "/manage/people/import/"),
        ("manage-roles", "/manage/roles/"),
        ("manage-why", "/manage/why/"),
        ("manage-categories", "/manage/categories/"),
        ("manage-routing", "/manage/routing/"),
        ("manage-routing-matrix", "/manage/routing/matrix/"),
        ("manage-deadline-matrix", "/manage/deadlines/matrix/"),
        ("manage-calendar", "/manage/calendar/"),
        ("manage-rollout", "/manage/rollout/"),
        ("manage-adoption", "/manage/adoption/"),
        ("manage-roster", "/manage/roster/"),
        ("manage-regulations", "/manage/regulations/"),
        ("manage-regulation", "/manage/regulations/1/"),
        ("manage-guidance", "/manage/guidance/"),
        ("manage-audit", "/manage/audit/"),
        ("manage-health", "/manage/health/"),
        ("manage-backups", "/manage/backups/"),
    ],
    "truc1": [("desk", "/desk/")],
    "lanhdao": [("lead", "/lead/")],
}
ON_PHONES: dict[str, list[tuple[str, str]]] = {
    "": [("phone-report", "/citizen/report/"), ("phone-guidance", "/guidance/")],
    "canbo.ngoquyen": [("phone-officer", "/officer/"), ("phone-reading", "/reading/")],
}


def main() -> None:
    """Start a demonstration of its own, take every picture, say which pages could not be shown."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ioc-shots-") as folder:
        Path(folder).chmod(0o755)
        stack = Stack(data=Path(folder) / "data", port=free_port(), extra=("--demo",))
        try:
            stack.start(within=400)
            failed = _all(stack)
        finally:
            stack.stop()
            embedded.stop(stack.data)
    for name in failed:
        sys.stdout.write(f"no picture: {name}\n")
    sys.exit(1 if failed else 0)


def _all(stack: Stack) -> list[str]:
    facts = {one["login"]: one for one in json.loads((stack.data / "demo.json").read_text())["roles"]}
    failed: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for sizes, shots in ((DESK, SHOTS), (PHONE, ON_PHONES)):
            for login, pages in shots.items():
                page = _signed_in(browser, stack, facts.get(login), sizes)
                failed += [name for name, path in pages if not _taken(page, name, path)]
                page.context.close()
        browser.close()
    return failed


def _signed_in(browser: Browser, stack: Stack, facts: dict[str, Any] | None, size: Any) -> Page:
    """A page of somebody who signed in as people do: password, and the code of the second factor."""
    context = browser.new_context(base_url=stack.origin, viewport=size, locale="vi-VN", device_scale_factor=1)
    page = context.new_page()
    if facts is None:
        return page
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(facts["login"])
    page.locator("[name=password]").fill(facts["password"])
    page.locator("[name=password]").press("Enter")
    if facts.get("totp_secret"):
        page.locator("[name=code]").fill(totp_now(facts["totp_secret"]))
        page.locator("[name=code]").press("Enter")
        page.wait_for_url(lambda address: "/accounts/" not in address)
    page.wait_for_load_state("networkidle")
    return page


def _taken(page: Page, name: str, path: str) -> bool:
    answer = page.goto(path, wait_until="load")
    if answer is None or answer.status >= 400:
        return False
    page.wait_for_timeout(1200)  # maps and pictures settle
    Image.open(io.BytesIO(page.screenshot())).save(IMAGES / f"{name}.webp", quality=QUALITY, method=6)
    return True


if __name__ == "__main__":
    main()
