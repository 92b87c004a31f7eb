"""The house's own rules that the import linter cannot say."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "ioc"
RULES = sorted([*PACKAGE.glob("*/rules/*.py"), PACKAGE / "kernel" / "calendar.py", PACKAGE / "kernel" / "quadkeys.py"])
PURE_DJANGO = ("django.utils", "django.core.exceptions", "django.core.validators")
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)
LONGEST_MODULE = 400


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", RULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_rules_are_pure(path: Path) -> None:
    for name in imported(path):
        assert not name.startswith("django") or name.startswith(PURE_DJANGO), name
        assert name not in {"os", "time", "random", "ioc.kernel.live", "ioc.kernel.reference"}, name


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_modules_stay_short_and_say_what_they_are_for(path: Path) -> None:
    source = path.read_text()
    assert len(source.splitlines()) <= LONGEST_MODULE
    assert ast.get_docstring(ast.parse(source)) or not source.strip()
