"""Every page as people meet it: accessible, in both languages, without a complaint of the browser."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.e2e.conftest import Person
from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]
Make = Callable[..., Person]

PAGES = {
    "": [
        "/", "/reports/", "/reports/map/", "/citizen/", "/citizen/report/", "/citizen/follow/",
        "/citizen/guidance/denunciation/", "/accounts/login/", "/api/docs", "/no-such-page/",
        "/guidance/", "/regulations/",
    ],
    "operator": ["/desk/", "/desk/?tab=all", "/desk/new/", "/desk/filters/", "/notices/"],
    "officer": ["/officer/", "/reading/"],
    "leader": ["/lead/", "/lead/reports/"],
    "administrator": [
        "/manage/", "/manage/areas/", "/manage/agencies/", "/manage/people/", "/manage/roles/", "/manage/categories/",
        "/manage/areas/change/?kind=split", "/manage/areas/boundaries/", "/manage/areas/responsibility/",
        "/manage/routing/", "/manage/deadlines/", "/manage/calendar/", "/manage/programs/", "/manage/audit/",
        "/manage/health/", "/manage/province/", "/manage/reasons/",
        "/manage/backups/", "/manage/regulations/", "/manage/regulations/add/",
        "/manage/guidance/", "/manage/guidance/add/", "/manage/sign-in/", "/manage/sign-in/providers/add/",
        "/accounts/security/", "/accounts/security/second-factor/", "/accounts/2fa/webauthn/add/",
        "/accounts/2fa/totp/activate/", "/accounts/password/change/", "/accounts/me/",
        "/manage/agencies/tree/", "/manage/agencies/changes/", "/manage/code-schemes/", "/manage/people/add/",
        "/manage/people/staffing/", "/manage/people/import/", "/manage/pending/", "/manage/why/",
        "/manage/answers/add/",
        "/manage/fields-of-work/", "/manage/routing/matrix/", "/manage/routing/try/", "/manage/deadlines/matrix/",
        "/manage/calendar/proposal/", "/manage/rollout/", "/manage/rollout/day/", "/manage/rollout/open/",
        "/manage/adoption/", "/manage/roster/", "/manage/data-requests/", "/manage/data-requests/add/",
        "/manage/processing/", "/manage/consents/", "/manage/retention/", "/manage/audit/chain/",
    ],
}  # fmt: skip
CASES = [(login, path) for login, paths in PAGES.items() for path in paths]
MOST_SCRIPT = 150_000


@pytest.fixture(scope="module", autouse=True)
def some_reports(stack: Stack) -> None:
    """A report that waits and one with an agency, so that no page is empty."""
    stack.python(
        "import django; django.setup()\n"
        "from datetime import timedelta\n"
        "from ioc.kernel.clock import local_date, now\n"
        "from ioc.management.models import Organization, Person\n"
        "from ioc.management.queries import people\n"
        "from ioc.onscene import actions\n"
        "who = lambda login: people.actor_for(Person.objects.get(username=login).id, day=local_date(now()))\n"
        "for number in range(3):\n"
        "    filing = actions.Filing(text=f'Rác tồn đọng ở ngõ {number} nhiều ngày', category='waste',\n"
        "        latitude=21.3, longitude=106.15 + number / 1000, phone=f'091200000{number}')\n"
        "    filed = actions.file_report(filing=filing, at=now() - timedelta(hours=2))\n"
        "west = Organization.objects.get(code='west').id\n"
        "actions.dispatch(report_id=filed.id, lead_id=west, actor=who('operator'), at=now())\n"
    )


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("login", "path"), CASES)
def test_page_is_accessible(person: Make, login: str, path: str, language: str) -> None:
    phone = path.startswith(("/citizen/", "/officer/"))
    who = person(login, phone=phone, language=language)
    page = who.go(path)
    page.wait_for_timeout(150)
    assert page.locator("html").get_attribute("lang") == language
    findings = Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    )
    assert findings.violations_count == 0, findings.generate_report()
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 1, f"{wide} px wider than the screen"
    if path == "/no-such-page/":
        who.complaints.clear()


def test_a_phone_has_the_administrations_links_behind_a_button(person: Make) -> None:
    page = person("administrator", phone=True).go("/manage/health/")
    menu, here = page.locator("#side"), page.locator("#side [aria-current=page]")
    assert not menu.is_visible()
    page.locator("[popovertarget=side]").first.click()
    menu.wait_for(state="visible")
    page.wait_for_function(
        "document.querySelector('#side [aria-current=page]').getBoundingClientRect().top < innerHeight"
    )
    assert here.get_attribute("href") == "/manage/health/"
    findings = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag22aa"]})
    assert findings.violations_count == 0, findings.generate_report()
    page.keyboard.press("Escape")
    assert not menu.is_visible()


def test_script_on_a_citizens_phone_stays_small(person: Make) -> None:
    who = person(phone=True)
    sizes: list[int] = []
    who.page.on(
        "response",
        lambda answer: sizes.append(len(answer.body())) if answer.request.resource_type == "script" else None,
    )
    who.go("/citizen/report/")
    who.page.wait_for_load_state("networkidle")
    assert 0 < sum(sizes) <= MOST_SCRIPT, sum(sizes)
