"""Who may see a stored file."""

from datetime import timedelta

import pytest

from ioc.onscene import actions
from ioc.onscene.models import Attachment
from tests.citizen.helpers import photo, published, statements
from tests.factories import MONDAY_9AM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.FILES_ROOT = tmp_path


@pytest.fixture
def filed(small):
    return small.file(media=(actions.take_file(photo(), at=MONDAY_9AM),))


def addresses(filed):
    one = Attachment.objects.filter(report_id=filed.id).first()
    return f"/files/{one.id}/thumb/", f"/files/{one.id}/whole/", f"/thumbs/{filed.id}/"


def seen(client, filed):
    return {client.get(address).status_code for address in addresses(filed)}


def test_before_publication_only_the_team_sees_it(client, small, filed):
    assert seen(client, filed) == {404}
    for login, wanted in (("officer", 404), ("leader", 404), ("administrator", 404), ("operator", 200)):
        client.force_login(small.people[login])
        assert seen(client, filed) == {wanted}, login


def test_an_agency_sees_what_it_was_given(client, small, filed):
    west, operator, officer = small.organizations["west"].id, small.actor("operator"), small.actor("officer")
    actions.dispatch(report_id=filed.id, lead_id=west, actor=operator, at=MONDAY_9AM)
    for login, wanted in (("officer", 200), ("head", 200), ("officer-east", 404)):
        client.force_login(small.people[login])
        assert seen(client, filed) == {wanted}, login
    later = MONDAY_9AM + timedelta(hours=1)
    actions.return_to_team(
        report_id=filed.id, reason_code="not-ours", words="Không thuộc địa bàn", actor=officer, at=later
    )
    client.force_login(small.people["officer"])
    assert seen(client, filed) == {404}


def test_published_everybody_sees_it_but_not_what_is_hidden(client, small):
    filed = published(small, at=MONDAY_9AM)
    assert seen(client, filed) == {200}
    Attachment.objects.filter(report_id=filed.id).update(is_public=False)
    assert seen(client, filed) == {404}


def test_a_new_round_s_photo_waits_for_publication(client, small):
    filed = published(small, at=MONDAY_9AM)
    Attachment.objects.filter(report_id=filed.id, phase="after").update(added_at=MONDAY_9AM + timedelta(days=3))
    after = Attachment.objects.get(report_id=filed.id, phase="after")
    assert client.get(f"/files/{after.id}/view/").status_code == 404


def test_answers_and_work_are_not_for_everybody(client, small):
    filed = published(small, at=MONDAY_9AM)
    Attachment.objects.filter(report_id=filed.id, phase="report").update(phase="answer")
    assert seen(client, filed) == {404}


def kept(client, filed):
    return {client.get(address)["Cache-Control"] for address in addresses(filed)}


def test_a_browser_keeps_what_is_published_and_nothing_else(client, small, filed):
    public = "private, max-age=31536000, immutable"
    client.force_login(small.people["operator"])
    assert kept(client, filed) == {"no-store"}
    out = published(small, at=MONDAY_9AM)
    assert kept(client, out) == {public}
    Attachment.objects.filter(report_id=out.id).update(is_public=False)
    assert kept(client, out) == {"no-store"}
    assert client.get(f"/citizen/r/{filed.token}/thumb/")["Cache-Control"] == "no-store"


def test_an_unknown_copy_is_not_there(client, small):
    filed = published(small, at=MONDAY_9AM)
    one = Attachment.objects.filter(report_id=filed.id).first()
    assert client.get(f"/files/{one.id}/original/").status_code == 404


def test_one_statement_for_everybody(client, small):
    filed = published(small, at=MONDAY_9AM)
    assert {statements(client, address) for address in addresses(filed)} == {1}
