"""The commands: each explained in both languages, each in the list for administrators, and those for the night."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest
from allauth.mfa.models import Authenticator
from click.testing import CliRunner, Result

from ioc.conf import messages
from ioc.conf.cli import main, showing
from ioc.kernel import health
from ioc.kernel.actors import SYSTEM
from ioc.kernel.clock import now
from ioc.management.actions.access import set_up_totp
from ioc.management.models import AuditEntry
from tests.factories import SmallProvince

LIST = Path(__file__).parents[1] / "docs" / "guides" / "administration" / "commands.md"
WITHOUT_JSON = {"ioc run", "ioc demo reset"}
"""They say how far they are while they work, and tell nothing else."""


def walk(command: click.Command = main, name: str = "ioc") -> Iterator[tuple[str, click.Command]]:
    """Every command and group with its whole name."""
    yield name, command
    if isinstance(command, click.Group):
        for part, below in command.commands.items():
            yield from walk(below, f"{name} {part}")


COMMANDS = {name: command for name, command in walk() if not isinstance(command, click.Group)}


def helps() -> Iterator[tuple[str, str]]:
    """Each command, option and argument with its help."""
    for name, command in walk():
        yield name, command.help or ""
        for parameter in command.params:
            yield f"{name} {parameter.name}", getattr(parameter, "help", None) or ""


def test_everything_is_explained() -> None:
    assert not [what for what, text in helps() if not text]


def test_every_explanation_has_its_vietnamese() -> None:
    catalogue = messages.read()
    plain = {text for _what, text in helps()} | {main.epilog or ""}
    missing = [text for text in plain if not (entry := catalogue.get(text)) or not entry.string]
    assert not missing


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("C", ("Usage:", "Close somebody's account at once.", "Show this message and exit.")),
        ("vi_VN.UTF-8", ("Cách dùng:", "Khóa ngay tài khoản của một người.", "Hiện hướng dẫn này rồi thoát.")),
    ],
)
def test_help_speaks_the_language_of_the_terminal(language: str, words: tuple[str, ...]) -> None:
    messages.compile_catalogue()
    told = subprocess.run(
        [sys.executable, "-m", "ioc", "people", "suspend", "--help"],
        env={"PATH": os.environ["PATH"], "LANG": language, "PYTHONUTF8": "1"},
        capture_output=True, text=True, check=True, encoding="utf-8",
    )  # fmt: skip
    assert all(word in told.stdout for word in words), told.stdout


def test_the_list_for_administrators_is_whole() -> None:
    rows = re.findall(r"^\| `(ioc [^`]+)` \|[^|]*\| (yes)? ?\| (yes)? ?\|$", LIST.read_text(encoding="utf-8"), re.M)
    listed = {name: (bool(as_json), bool(dry)) for name, as_json, dry in rows}
    options = {name: {one.name for one in command.params} for name, command in COMMANDS.items()}
    assert listed == {name: ("as_json" in found, "dry_run" in found) for name, found in options.items()}


def test_what_tells_something_tells_programs_too() -> None:
    assert {name for name, one in COMMANDS.items() if "as_json" not in {p.name for p in one.params}} == WITHOUT_JSON


def test_figures_and_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (showing.figure(1234567), showing.size(3_250_000_000), showing.size(5)) == ("1,234,567", "3.2 GB", "5 B")
    monkeypatch.setattr(showing, "LANGUAGE", "vi")
    assert showing.said("%(n)s/%(s)s", n=1234, s=showing.figure(0.5, 1)) == "1.234/0,5"


# For the night


@pytest.fixture
def ioc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Run a command on the tests' database."""
    for name in ("people", "health"):
        monkeypatch.setattr(import_module(f"ioc.conf.cli.{name}"), "connect", lambda: None)

    def run(*words: str, say: str = "") -> Result:
        return CliRunner().invoke(main, ["--data", str(tmp_path), *words], input=say)

    return run


@pytest.mark.django_db
def test_an_account_is_looked_at_closed_and_opened(ioc: Any, small: SmallProvince) -> None:
    officer = small.people["officer"]
    login = officer.username
    shown = json.loads(ioc("people", "show", login, "--json").stdout)
    assert (shown["login"], shown["is_active"], shown["positions"][0]["when"]) == (login, True, "present")
    assert officer.full_name in ioc("people", "show", login).output
    assert ioc("people", "suspend", login).exit_code == 2  # why?
    assert "Would suspend" in ioc("people", "suspend", login, "--reason", "x", "--dry-run").output
    officer.refresh_from_db()
    assert officer.is_active
    assert "is suspended" in ioc("people", "suspend", login, "--reason", "Phone stolen").output
    entry = AuditEntry.objects.filter(verb="suspended", record_id=str(officer.pk)).get()
    assert (entry.reason, entry.person_id) == ("Phone stolen", None)
    assert "suspended" in ioc("people", "show", login).output
    assert json.loads(ioc("people", "readmit", login, "--reason", "x", "--json").stdout)["dry_run"] is False
    officer.refresh_from_db()
    assert officer.is_active
    nobody = ioc("people", "show", "nobody-here")
    assert (nobody.exit_code, "nobody-here" in nobody.output) == (1, True)


@pytest.mark.django_db
def test_lost_factors_and_passwords(ioc: Any, small: SmallProvince) -> None:
    officer = small.people["officer"]
    set_up_totp(person_id=officer.pk, actor=SYSTEM, at=now())
    asked = ("people", "reset-second-factor", officer.username, "--reason", "Lost phone")
    assert ioc(*asked, "--dry-run").exit_code == 0
    assert Authenticator.objects.filter(user=officer).exists()
    assert ioc(*asked).exit_code == 0
    assert not Authenticator.objects.filter(user=officer).exists()
    asked = ("people", "reset-password", officer.username, "--reason", "Forgotten")
    weak = ioc(*asked, say="short\nshort\n")
    assert weak.exit_code == 1
    given = "bốn con voi trên cầu"
    told = ioc(*asked, "--json", say=f"{given}\n{given}\n")
    assert (told.exit_code, json.loads(told.stdout)["sessions"]) == (0, 0), told.output
    officer.refresh_from_db()
    assert officer.check_password(given)
    assert given not in told.output


@pytest.mark.django_db
def test_health_ends_with_one_when_something_must_not_wait(
    ioc: Any, small: SmallProvince, monkeypatch: pytest.MonkeyPatch
) -> None:
    works = {"database": True, "worker": True, "live": True, "files": True}
    monkeypatch.setattr(health, "parts", lambda: works)
    monkeypatch.setattr(health, "_worries", [])
    calm = ioc("health", "--json")
    facts = json.loads(calm.stdout)
    assert (calm.exit_code, facts["ok"], facts["worries"]) == (0, True, []), calm.output
    assert facts["queue"]["waiting"] >= 0
    assert "All is well." in ioc("health").output
    monkeypatch.setattr(health, "_worries", [lambda: [health.Worry("The dike is breached.", is_grave=True)]])
    grave = ioc("health")
    assert (grave.exit_code, "!! The dike is breached." in grave.output) == (1, True)


def test_health_says_that_the_database_is_down(ioc: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    down = {"database": False, "worker": False, "live": True, "files": True}
    monkeypatch.setattr(health, "parts", lambda: down)
    told = ioc("health")
    assert (told.exit_code, "!! Database: does not work" in told.output) == (1, True)
