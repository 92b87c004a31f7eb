"""What the documents about security say agrees with itself and with the tests."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
ASVS = DOCS / "security-asvs.md"
STATES = ("met", "not met", "not applicable")
# How many requirements of levels 1 and 2 each chapter of ASVS 5.0.0 has.
SIZES = (27, 11, 19, 10, 9, 35, 18, 7, 7, 29, 14, 9, 13, 9, 13, 16, 7)
LEVELS = {"1": 70, "2": 183}


def rows() -> list[list[str]]:
    """The rows of the tables by chapter: number, level, in short, status, how, test."""
    lines = ASVS.read_text().partition("## Not met")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| v5.0.0-")]


def chapter(number: str) -> int:
    return int(number.removeprefix("v5.0.0-").split(".")[0])


def counts() -> dict[str, list[int]]:
    """The counts as they stand at the beginning: name of the row → met, not met, not applicable, sum."""
    text = ASVS.read_text().partition("## Counts")[2].partition("\n## ")[0]
    found = re.findall(
        r"^\| (?:V(\d+) [^|]*|\*\*(Level \d|All)\*\*) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", text, re.M
    )
    return {number or name: [int(one) for one in figures] for number, name, *figures in found}


def tally(chosen: list[list[str]]) -> list[int]:
    found = Counter(row[3] for row in chosen)
    return [*(found[state] for state in STATES), len(chosen)]


@cache
def names_in(path: Path) -> frozenset[str]:
    return frozenset(re.findall(r"^\s*(?:async )?def (test_\w+)", path.read_text(), re.M))


def test_every_requirement_is_there_once() -> None:
    found = rows()
    numbers = [row[0] for row in found]
    assert len(set(numbers)) == len(numbers) == sum(SIZES)
    assert tuple(Counter(chapter(number) for number in numbers)[one] for one in range(1, 18)) == SIZES
    assert Counter(row[1] for row in found) == LEVELS
    assert numbers == sorted(numbers, key=lambda number: [int(part) for part in number[7:].split(".")])


def test_rows_say_what_they_have_to() -> None:
    for number, _level, short, status, how, test in rows():
        assert status in STATES, number
        assert 0 < len(short.split()) <= 15, number
        assert how, number
        assert (test == "–") == (status != "met"), number
        assert test in {"–", "no test"} or re.fullmatch(r"(`tests/[\w/]+\.py::test_\w+` ?)+", test), number


def test_counts_agree_with_the_tables() -> None:
    found, told = rows(), counts()
    for one in range(1, 18):
        assert told[str(one)] == tally([row for row in found if chapter(row[0]) == one]), f"V{one}"
    for level in LEVELS:
        assert told[f"Level {level}"] == tally([row for row in found if row[1] == level])
    assert told["All"] == tally(found)


def test_what_is_not_met_says_what_it_would_take() -> None:
    end = ASVS.read_text().partition("## Not met")[2]
    told = re.findall(r"^\| (v5\.0\.0-[\d.]+) \| (\d) \| ([^|]+) \| ([^|]+) \|$", end, re.M)
    missing = [(row[0], row[1], row[2]) for row in rows() if row[3] == "not met"]
    assert [(number, level, short) for number, level, short, _take in told] == missing


@pytest.mark.parametrize("name", sorted({one for row in rows() for one in re.findall(r"`(tests/[^`]+)`", row[5])}))
def test_tests_that_are_named_exist(name: str) -> None:
    path, _, function = name.partition("::")
    assert function in names_in(ROOT / path)


def anchors(path: Path) -> set[str]:
    """The places of a page that a link may lead to, as GitHub names them."""
    heads = re.findall(r"^#+ (.+)$", path.read_text(), re.M)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", ["security.md", "security-asvs.md"])
def test_links_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", (DOCS / page).read_text()):
        if target.startswith("https://"):
            continue
        file, _, place = target.partition("#")
        path = (DOCS / file).resolve() if file else DOCS / page
        assert path.exists(), target
        assert not place or place in anchors(path), target


def test_files_that_the_overview_names_exist() -> None:
    text = (DOCS / "security.md").read_text() + ASVS.read_text()
    named = set(re.findall(r"`((?:kernel|management|onscene|conf|rules|queries|actions)/[\w/]+\.py)`", text))
    for name in named:
        places = [ROOT / "ioc" / name, *(ROOT / "ioc").glob(f"*/{name}")]
        assert any(place.exists() for place in places), name
