"""Where somebody goes on after signing in."""

from typing import cast

import pytest
from django.test import RequestFactory

from ioc.kernel.guards import address_to_return_to
from ioc.kernel.http import Request

FORM = "/manage/people/add/?copy=3"


@pytest.mark.parametrize(
    ("method", "came_from", "expected"),
    [
        ("GET", "", "/desk/hand-over/?tab=all"),
        ("POST", f"http://testserver{FORM}", FORM),
        ("POST", "http://elsewhere.example/manage/people/add/", "/start/"),
        ("POST", "", "/start/"),
    ],
)
def test_a_form_leads_back_to_its_page_never_to_an_address_that_only_takes_forms(
    method: str, came_from: str, expected: str
) -> None:
    request = RequestFactory().generic(method, "/desk/hand-over/?tab=all", headers={"Referer": came_from})
    assert address_to_return_to(cast("Request", request)) == expected
