"""`ioc organizations …`: shows, does and withdraws; says what it cannot do."""

import json
from importlib import import_module

import pytest
from click.testing import CliRunner, Result

from ioc.conf.cli import main
from ioc.management.models import Organization, OrganizationChange
from tests.factories import SINCE, save

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _connected(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' database is the installation."""
    # The package has a command of the module's name.
    monkeypatch.setattr(import_module("ioc.conf.cli.organizations"), "connect", lambda: None)


def ioc(*words: str) -> Result:
    return CliRunner().invoke(main, ["organizations", *words])


def test_the_tree_is_printed_and_given_to_programs(small):
    assert "[west]" in ioc("tree").output
    found = json.loads(ioc("tree", "--search", "ngo quyen", "--json").output)
    assert [node["code"] for node in found[0]["below"]] == ["west"]


def test_a_dry_run_shows_and_changes_nothing(small):
    told = json.loads(ioc("merge", "west", "--into", "east", "--dry-run", "--json").output)
    assert told["dry_run"]
    assert sum(told["goes_along"].values()) >= 2
    assert not OrganizationChange.objects.exists()


def test_it_merges_closes_renames_plans_and_withdraws(small):
    assert ioc("merge", "west", "--into", "east", "--legal-basis", "QĐ 1").exit_code == 0
    assert Organization.objects.get(code="west").valid_to is not None
    assert ioc("rename", "east", "--name", "Mới", "--short-name", "Mới", "--reason", "x").exit_code == 0
    assert Organization.objects.get(code="east").name == "Mới"
    planned = ["close", "east", "--successor", "waste-company", "--reason", "x", "--on", "2999-01-01", "--json"]
    number = json.loads(ioc(*planned).output)["id"]
    assert [row["id"] for row in json.loads(ioc("changes", "--state", "planned", "--json").output)] == [number]
    assert ioc("carry-out").exit_code == 0
    assert ioc("withdraw", str(number)).exit_code == 0
    assert ioc("withdraw", str(number)).exit_code == 1
    assert len(ioc("changes").output.splitlines()) == 3


@pytest.mark.parametrize(
    "words",
    [
        ("merge", "nothing", "--into", "east", "--reason", "x"),
        ("merge", "west", "--into", "west", "--reason", "x"),
        ("close", "west", "--reason", "x"),
        ("merge", "west", "--into", "east"),
    ],
)
def test_what_cannot_be_done_is_said(small, words):
    done = ioc(*words)
    assert done.exit_code == 1
    assert len(done.output) > 20
    assert not OrganizationChange.objects.exists()


def test_it_moves_and_shows_whose_reach_changes(small):
    role = save("role", code="boss", name="Trưởng", name_en="Boss", rights=["onscene.handle"])
    save("position", person=small.people["leader"], organization=small.organizations["east"], role=role,
         valid_from=SINCE)  # fmt: skip
    told = json.loads(ioc("move", "west", "--under", "east", "--dry-run", "--json").output)
    assert [one["person"] for one in told["gains"] if one["role"] in {"Trưởng", "Boss"}] == ["Người leader"]
    assert "Người leader" in ioc("move", "west", "--under", "east", "--dry-run").output
    assert not OrganizationChange.objects.exists()
    assert ioc("move", "west", "--under", "east", "--legal-basis", "QĐ 1").exit_code == 0
    assert Organization.objects.get(code="west").parent.code == "east"
    for words in (["--under", "east", "--top"], [], ["--under", "west", "--reason", "x"]):
        assert ioc("move", "west", *words).exit_code == 1


def test_it_splits_and_sends_what_the_dry_run_names(small):
    told = json.loads(ioc("split", "west", "--into", "east", "--into", "waste-company", "--dry-run", "--json").output)
    head = next(one["what"] for one in told["choices"] if "Người head" in one["name"])
    words = ["split", "west", "--into", "east", "--into", "waste-company", "--send", f"{head}=waste-company"]
    assert head in ioc(*words, "--dry-run").output
    assert not OrganizationChange.objects.exists()
    assert ioc(*words, "--reason", "x").exit_code == 0
    assert small.people["head"].positions.get(valid_to=None).organization.code == "waste-company"
    assert small.people["officer"].positions.get(valid_to=None).organization.code == "east"


@pytest.mark.parametrize("sent", ["positions:1=nowhere", "positions:x=east", "things:1=east", "east"])
def test_what_is_sent_nowhere_is_said(small, sent):
    done = ioc("split", "west", "--into", "east", "--goes-on", "--send", sent, "--reason", "x")
    assert done.exit_code == 1
    assert not OrganizationChange.objects.exists()
