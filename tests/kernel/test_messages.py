"""Every word on a screen is in both languages."""

import pytest
from django.test import Client

from ioc.conf import messages
from tests.factories import SmallProvince
from tests.lint import untranslated


def test_every_string_has_vietnamese() -> None:
    catalogue = messages.read()
    missing = []
    for key in messages.messages():
        text = key[0] if isinstance(key, tuple) else key
        entry = catalogue.get(text)
        translated = entry.string if entry else ""
        if not any(translated if isinstance(translated, tuple | list) else (translated,)):
            missing.append(text)
    assert not missing, f"run python -m ioc.conf.messages, then translate: {missing}"


def test_placeholders_survive_translation() -> None:
    for entry in messages.read():
        if entry.id and "python-format" in entry.flags:
            assert not list(entry.check(messages.read())), entry.id


def test_no_words_in_templates_outside_translation_tags() -> None:
    assert untranslated() == []


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "word"), [("vi", "Phản ánh"), ("en", "Report")])
def test_pages_speak_the_readers_language(small: SmallProvince, client: Client, language: str, word: str) -> None:
    page = client.get("/citizen/", headers={"Accept-Language": language}).content.decode()
    assert f'lang="{language}"' in page
    assert word in page


def test_the_catalogue_is_not_marked_as_a_draft() -> None:
    assert not messages.read().fuzzy
