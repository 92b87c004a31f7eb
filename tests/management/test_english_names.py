"""Who reads English sees the English names of roles, agencies, categories and other rows on every page."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from ioc.kernel.clock import now
from ioc.management.models.named import Named
from ioc.management.queries import loading
from tests.factories import SINCE, SmallProvince, save

pytestmark = pytest.mark.django_db
MARK = "Tên Việt"
SHOWN = re.compile(r"<(script|style|title|textarea)\b.*?</\1>|<[^>]*>", re.S)
"""What is not read: tags with their values (a form shows the Vietnamese name in its field), scripts."""


@pytest.fixture
def reader(small: SmallProvince) -> Client:
    """An administrator with all rights who reads English, in a province whose rows have names in both languages."""
    west, everything = small.organizations["west"], small.people["administrator"].positions.get().role
    everything.rights = sorted({right for role in type(everything).objects.all() for right in role.rights})
    everything.save()
    save("field_of_work", code="roads", name="x", name_en="x", valid_from=SINCE, organizations=[west])
    save("code_scheme", code="TAX", name="x", name_en="x", pattern="[0-9]{10}", valid_from=SINCE)
    save("organization_code", organization=west, scheme_id="TAX", value="0100109106", valid_from=SINCE)
    save("routing_rule", lead=west, area=small.areas["07210"], valid_from=SINCE)
    small.file(at=now())
    for model in _named():
        for row in model._default_manager.all():
            kept = {"name": f"{MARK} {row.pk}", "name_en": f"English {row.pk}"}
            model._default_manager.filter(pk=row.pk).update(**kept)
    loading.drop()
    client = Client()
    client.force_login(small.people["administrator"], backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies["django_language"] = "en"
    return client


def _named() -> list[Any]:
    return [model for model in apps.get_app_config("management").get_models() if issubclass(model, Named)]


def _addresses(small: SmallProvince) -> list[str]:
    from ioc.management.views.kinds import SCREENS  # noqa: PLC0415 - needs the models

    names = [name for name in get_resolver("ioc.management.urls").reverse_dict if isinstance(name, str)]
    found = set()
    for name in names:
        try:
            found.add(reverse(name))
        except NoReverseMatch:
            continue
    west, role = small.organizations["west"], small.people["head"].positions.get().role_id
    found |= {reverse("manage_list", args=[slug]) for slug, one in SCREENS.items() if one.is_listed}
    found |= {reverse("manage_add", args=[slug]) for slug in SCREENS}
    found |= {reverse("manage_organization", args=[west.pk]), reverse("manage_role", args=[role])}
    found |= {reverse("manage_person", args=[small.people["head"].pk])}
    found |= {
        reverse("manage_organization_change", args=[west.pk, kind]) + "?day=2099-01-01&part0-target=1&parent=2"
        for kind in ("merge", "split", "close", "move")
    }
    # The audit log shows the name with which an entry was signed: it is evidence and stays as it was written.
    return sorted(one for one in found if one.startswith("/manage/") and one != reverse("manage_audit"))


def test_every_page_speaks_english_names(reader, small):
    wrong = {}
    looked = 0
    for address in _addresses(small):
        answer = reader.get(address)
        if answer.status_code != 200 or "html" not in answer["Content-Type"] or answer.streaming:
            continue
        looked += 1
        text = " ".join(SHOWN.sub(" ", answer.content.decode()).split())
        if MARK in text:
            wrong[address] = [text[max(0, one.start() - 60) : one.end() + 10] for one in re.finditer(MARK, text)][:3]
    assert looked > 60
    assert not wrong, "\n".join(f"{address}: {found}" for address, found in wrong.items())
