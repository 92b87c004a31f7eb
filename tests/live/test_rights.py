"""Who may hear what: the same rights as the pages."""

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from ioc.conf import asgi
from ioc.conf.hearing import hears

pytestmark = pytest.mark.django_db


def _session(small, login):
    person = small.people[login]
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return session


def _heard(small, login, *, asked=(), extra=()):
    """Those of all topics there are that `login` (empty: nobody signed in) hears."""
    west, east = (small.organizations[code].pk for code in ("west", "east"))
    topics = ["public", "onscene.queue", f"agency.{west}", f"agency.{east}", "report.1", "follow.secret", "*"]
    topics += [f"inbox.{small.people['officer'].pk}", f"inbox.{small.people['operator'].pk}", "agency.x", *extra]
    may = hears(_session(small, login).session_key if login else "", asked)
    names = {str(west): "west", str(east): "east"} | {str(p.pk): name for name, p in small.people.items()}
    return {".".join(names.get(part, part) for part in topic.split(".")) for topic in topics if may(topic)}


@pytest.mark.parametrize(
    ("login", "hears_of"),
    [
        ("", {"*", "public"}),
        ("operator", {"*", "public", "onscene.queue", "report.1", "inbox.operator"}),
        ("leader", {"*", "public", "onscene.queue"}),
        ("officer", {"*", "public", "agency.west", "inbox.officer"}),
        ("head", {"*", "public", "agency.west"}),
        ("officer-east", {"*", "public", "agency.east"}),
        ("administrator", {"*", "public"}),
    ],
)
def test_each_role_hears_its_own(small, login, hears_of):
    assert _heard(small, login) == hears_of


def test_a_private_link_is_heard_by_who_asks_for_its_token(small):
    assert _heard(small, "", asked=["follow.secret", "onscene.queue"]) == {"*", "follow.secret"}


def test_asking_gives_no_rights(small):
    west = small.organizations["west"].pk
    assert _heard(small, "officer-east", asked=[f"agency.{west}", "onscene.queue", "public"]) == {"*", "public"}


def test_a_session_that_was_ended_hears_nothing_of_staff(small):
    session = _session(small, "operator")
    assert hears(session.session_key, [])("onscene.queue")
    session.delete()
    assert not hears(session.session_key, [])("onscene.queue")


def test_a_session_from_before_a_new_password_hears_nothing_of_staff(small):
    session = _session(small, "operator")
    small.people["operator"].set_password("mot-mat-khau-khac-2027")
    small.people["operator"].save()
    assert not hears(session.session_key, [])("onscene.queue")


def test_someone_without_a_valid_account_hears_nothing_of_staff(small):
    session = _session(small, "officer")
    small.people["officer"].is_active = False
    small.people["officer"].save()
    assert not hears(session.session_key, [])(f"agency.{small.organizations['west'].pk}")


def test_rights_are_looked_at_again_every_quarter_of_an_hour():
    assert asgi.LIFETIME == 15 * 60
    assert asgi.BEAT < 60, "proxies close connections that are silent for a minute"


def test_an_open_connection_loses_what_its_person_loses(small):
    west = small.organizations["west"].pk
    listener = asgi._listener(_session(small, "officer").session_key, [f"agency.{west}"], "10.1.1.1")
    assert listener.may_hear(f"agency.{west}")
    small.people["officer"].positions.all().delete()
    ((found, actor, may_hear),) = asgi._with_other_rights([listener])
    found.take_on(actor, may_hear)
    assert not listener.may_hear(f"agency.{west}")
    assert listener.waiting == {"*"}, "the screen is looked at anew"


def test_a_change_of_rights_has_the_hub_look_again():
    hub = asgi.Hub()
    hub.tell_all(["public"])
    assert not hub.rights_changed.is_set()
    hub.tell_all(["rights"])
    assert hub.rights_changed.is_set()
