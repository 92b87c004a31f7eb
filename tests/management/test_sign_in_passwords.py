"""What makes a password good enough, and the list of leaked ones on disk."""

import hashlib
import unicodedata
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from ioc.conf.cli import main
from ioc.kernel import breached
from ioc.kernel.errors import Invalid
from ioc.management.models import Person, Role
from ioc.management.rules import passwords
from tests.factories import PASSWORD, SmallProvince

GOOD = "bốn con voi xanh leo cây chuối"


@pytest.fixture
def here(tmp_path: Path, settings) -> Path:
    """A place for the list."""
    settings.BREACHED_PASSWORDS = tmp_path / "list" / "breached.digests"
    return tmp_path


def refused(password: str, person: Person | None = None) -> str:
    with pytest.raises(ValidationError) as error:
        validate_password(password, person)
    return " ".join(error.value.messages)


@pytest.mark.django_db
def test_length_counts_and_composition_does_not(small: SmallProvince) -> None:
    person = small.people["officer"]
    validate_password(GOOD, person)
    validate_password("x" + "  khoảng trắng ở đâu cũng được ", person)
    assert "15" in refused("tám chữ thôi à", person)
    Role.objects.filter(code="officer").update(requires_second_factor=True)
    validate_password("tám chữ thôi à", person)
    assert "12" in refused("ba chữ thôi", person)
    validate_password("🐘🌿🍌🌧️" * 8 + " voi", person)
    assert "256" in refused("dài quá " * 40, person)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "password",
    [
        "matkhau123456789", "BacGiang@2026!!!", "BAC GIANG-C 2026 2026", "Tỉnh Bắc Giang 2023", "P@ssw0rd12345678",
        "qwertyuiopasdfghjkl", "aaaaaaaaaaaaaaaaaaaa", "anhyeuemanhyeuem1", "officer0123456789", "Ngô Quyền 123456789",
        "1234567890123456789",
    ],
)  # fmt: skip
def test_what_everybody_here_would_try_is_refused(small: SmallProvince, password: str) -> None:
    person = small.people["officer"]
    person.email = "officer@example.vn"
    refused(password, person)


@pytest.mark.django_db
def test_a_sentence_that_holds_such_words_is_fine(small: SmallProvince) -> None:
    validate_password(PASSWORD, small.people["officer"])
    validate_password("hôm qua Bắc Giang mưa rất to", small.people["officer"])


def test_letters_are_the_same_however_they_are_composed() -> None:
    person = Person(username="a")
    person.set_password(unicodedata.normalize("NFD", GOOD))
    assert person.check_password(GOOD)
    assert person.check_password(unicodedata.normalize("NFD", GOOD))
    assert not person.check_password(GOOD + " ")
    person.set_password(None)
    assert not person.has_usable_password()


@given(st.text(min_size=1, max_size=60))
def test_one_form_for_all_ways_to_write_it(text: str) -> None:
    once = passwords.normalized(text)
    assert passwords.normalized(once) == once
    assert passwords.normalized(unicodedata.normalize("NFD", text)) == passwords.normalized(text)


@given(st.sampled_from(passwords.COMMON_WORDS), st.integers(0, 9999))
def test_a_common_word_with_a_number_is_always_guessable(word: str, number: int) -> None:
    assert passwords.is_guessable(f"{word}{number % 1000}", words=()) or number % 1000 >= 1000


@given(st.lists(st.sampled_from(["xoong", "gõ", "kiến", "rêu", "khóm", "vừng", "ghềnh"]), min_size=4, max_size=8))
def test_words_of_ones_own_are_never_guessable(words: list[str]) -> None:
    assert not passwords.is_guessable(" ".join(words), words=("Bắc Giang",))


def sha1(password: str) -> str:
    return hashlib.sha1(password.encode()).hexdigest().upper()


def test_a_list_ordered_by_hash(here: Path) -> None:
    leaked = [f"leaked-{number}" for number in range(500)]
    source = here / "pwned.txt"
    source.write_text("\r\n".join(f"{digest}:{number + 1}" for number, digest in enumerate(sorted(map(sha1, leaked)))))
    assert breached.held().count == 0
    assert not breached.is_breached(leaked[0])
    assert breached.load(source).count == 500
    assert all(breached.is_breached(one) for one in leaked)
    assert not any(breached.is_breached(f"other-{number}") for number in range(500))
    assert breached.load(source, least=401).count == 100


def test_a_folder_by_prefix(here: Path) -> None:
    folder = here / "ranges"
    folder.mkdir()
    for password in ("một", "hai", "ba"):
        digest = sha1(password)
        (folder / f"{digest[:5]}.txt").write_text(f"{digest[5:]}:3\n")
    assert breached.load(folder).count == 3
    assert breached.is_breached("hai")


def test_a_plain_list(here: Path) -> None:
    source = here / "plain.txt"
    source.write_text("zz\naa\nmm\naa\n")
    assert breached.load(source, plain=True).count == 3
    assert breached.is_breached("mm")


@pytest.mark.parametrize("content", ["FF:1\n", f"{'F' * 40}:1\n{'0' * 40}:1\n", "<html>\n"])
def test_a_spoilt_list_leaves_the_present_one(here: Path, content: str) -> None:
    good, bad = here / "good.txt", here / "bad.txt"
    good.write_text("voi\n")
    breached.load(good, plain=True)
    bad.write_text(content)
    with pytest.raises(Invalid):
        breached.load(bad)
    assert breached.is_breached("voi")
    assert not list((here / "list").glob("*.new"))


@pytest.mark.django_db
def test_a_leaked_password_is_refused(here: Path, small: SmallProvince) -> None:
    source = here / "plain.txt"
    source.write_text(unicodedata.normalize("NFC", GOOD))
    breached.load(source, plain=True)
    refused(GOOD, small.people["officer"])


def test_the_command(here: Path) -> None:
    source = here / "plain.txt"
    source.write_text("voi\n")
    run = CliRunner()
    done = run.invoke(main, ["passwords", "load", str(source), "--plain", "--json"])
    assert (done.exit_code, '"count": 1' in done.output) == (0, True), done.output
    assert "1 leaked" in run.invoke(main, ["passwords", "status"]).output
    assert run.invoke(main, ["passwords", "check"], input="voi\n").exit_code == 1
    assert run.invoke(main, ["passwords", "check"], input="hươu\n").exit_code == 0
    source.write_text("x")
    assert run.invoke(main, ["passwords", "load", str(source)]).exit_code == 1
