"""What is installed is what was locked, and the bill of materials names all of it."""

import json
import re
import tomllib
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cyclonedx.model.bom import Bom
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ioc.conf.bom import SCRIPTS, bill
from ioc.conf.cli import main

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def locked(name: str) -> dict[str, set[str]]:
    """The libraries of a locked list: name → versions."""
    found: dict[str, set[str]] = {}
    for one, pinned in re.findall(r"^([\w.-]+)==([^\s;\\]+)", (ROOT / "requirements" / name).read_text(), re.M):
        found.setdefault(canonicalize_name(one), set()).add(pinned)
    return found


def fits(text: str, pins: dict[str, set[str]]) -> bool:
    requirement = Requirement(text)
    found = pins.get(canonicalize_name(requirement.name), set())
    return bool(found) and all(requirement.specifier.contains(one, prereleases=True) for one in found)


class TestLocks:
    def test_what_the_project_asks_for_is_locked(self) -> None:
        assert not [one for one in PROJECT["dependencies"] if not fits(one, locked("run.txt"))], "make lock UPGRADE="
        asked = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
        assert not [one for one in asked if not fits(one, locked("dev.txt"))]
        node = (ROOT / "requirements" / "node.in").read_text().splitlines()[-1]
        assert fits(node, locked("node.txt"))

    @pytest.mark.parametrize("name", ["run.txt", "dev.txt", "node.txt"])
    def test_each_has_its_hashes(self, name: str) -> None:
        text = (ROOT / "requirements" / name).read_text()
        starts = re.split(r"^(?=\S+==)", text, flags=re.M)[1:]
        assert starts
        assert not [one.split()[0] for one in starts if "--hash=sha256:" not in one]

    def test_tests_run_with_what_the_product_runs_with(self) -> None:
        assert locked("run.txt").items() <= locked("dev.txt").items()

    def test_nothing_is_installed_past_the_locks(self) -> None:
        lines = (ROOT / "Makefile").read_text().splitlines()
        installs = [line.strip() for line in lines if line.strip().startswith("@$(INSTALL)")]
        assert set(installs) == {
            "@$(INSTALL) --upgrade pip",
            "@$(INSTALL) --require-hashes --requirement requirements/run.txt",
            "@$(INSTALL) --require-hashes --requirement requirements/dev.txt",
            "@$(INSTALL) --no-deps --editable .",
            "@$(INSTALL) uv",
        }


class TestBill:
    made = bill(at=AT)

    def components(self, kind: str) -> dict[str, Any]:
        return {one["name"]: one for one in self.made["components"] if one["purl"].startswith(f"pkg:{kind}/")}

    def test_everything_that_is_asked_for_stands_in_it_as_installed(self) -> None:
        found = self.components("pypi")
        for text in PROJECT["dependencies"]:
            name = canonicalize_name(Requirement(text).name)
            assert found[name]["version"] == version(name), name
        assert {"asgiref", "fido2", "psycopg-binary", "pyjwt"} <= found.keys(), "what is needed in turn"
        assert not {"pytest", "ruff", "mypy"} & found.keys(), "what only tests need"

    def test_all_of_it_is_locked(self) -> None:
        assert self.components("pypi").keys() <= locked("run.txt").keys()

    def test_scripts_stand_in_it_with_their_hashes(self) -> None:
        found = self.components("npm")
        assert len(found["htmx.org"]["hashes"][0]["content"]) == 128
        assert "properties" not in found["maplibre-gl"]
        assert found["vite"]["properties"][0]["value"] == "true"
        packages = json.loads(SCRIPTS.read_text())["packages"]
        assert found.keys() == {place.rpartition("node_modules/")[2] for place in packages if place}

    def test_references_lead_somewhere_and_stand_once(self) -> None:
        references = [one["bom-ref"] for one in (*self.made["components"], self.made["metadata"]["component"])]
        assert len(references) == len(set(references))
        assert {one for row in self.made["dependencies"] for one in (row["ref"], *row["dependsOn"])} <= set(references)

    def test_the_command_gives_what_a_reader_of_cyclonedx_understands(self, tmp_path: Path) -> None:
        told = CliRunner().invoke(main, ["sbom", "--out", str(tmp_path / "bom.json")])
        assert told.exit_code == 0, told.output
        read: Any = Bom
        bom = read.from_json(json.loads((tmp_path / "bom.json").read_text()))
        assert len(bom.components) == len(self.made["components"])
        assert bom.metadata.component.name == "ioc"
