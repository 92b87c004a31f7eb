"""The API is what was agreed: a change shows here before it shows at somebody who relies on it."""

import json
import re

import pytest

from tests.conformance.openapi import SNAPSHOT, described, written


def test_the_description_is_the_agreed_one():
    agreed = SNAPSHOT.read_text()
    assert written(described()) == agreed, (
        "The API changed. If that is meant: python -m tests.conformance.refresh, and say it in the release notes."
    )


def test_every_operation_says_what_it_does_and_what_it_answers():
    schema = json.loads(SNAPSHOT.read_text())
    assert schema["openapi"].startswith("3.1")
    names = []
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            assert operation.get("summary"), f"{method} {path} has no summary"
            assert operation["responses"], f"{method} {path} says no answers"
            names.append(operation["operationId"])
    assert len(set(names)) == len(names)


@pytest.mark.django_db
def test_it_is_served(client):
    response = client.get("/api/openapi.json")
    assert response.status_code == 200
    assert response.json()["paths"].keys() == described()["paths"].keys()


@pytest.mark.django_db
def test_its_page_works_under_the_strict_policy(client):
    """It is read without script, and says every address and field that the document does."""
    response = client.get("/api/docs")
    assert response.status_code == 200
    assert "unsafe" not in response["Content-Security-Policy"]
    page = response.content.decode()
    assert not re.search(r"\son\w+=|\sstyle=|<style", page)
    for path in described()["paths"]:
        assert path in page
    assert "accuracy_m" in page
    assert re.search(r'<html lang="\w\w"', page)
    assert "/api/openapi.json" in page
