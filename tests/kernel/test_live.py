"""Announcements: names only, after the commit, in pieces that the database takes."""

import json
import threading
import time

import psycopg
import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from ioc.kernel import live
from ioc.kernel.ids import new_id, new_token
from ioc.kernel.live import CHANNEL, announce

MOST_BYTES_OF_NOTIFY = 7999
TOPICS = st.lists(st.from_regex(r"[a-z]{1,10}\.[A-Za-z0-9_-]{1,60}", fullmatch=True), max_size=600, unique=True)


@given(TOPICS)
def test_batches_hold_every_topic_once_and_fit(topics: list[str]):
    batches = live._batches(topics)
    assert [topic for batch in batches for topic in batch] == topics
    assert all(len(json.dumps(batch).encode()) <= MOST_BYTES_OF_NOTIFY for batch in batches)
    assert all(batches), "an empty announcement says nothing"


def test_a_burst_of_real_topics_takes_few_batches():
    topics = [f"report.{new_id()}" for _ in range(500)] + [f"follow.{new_token()}" for _ in range(500)]
    batches = live._batches(topics)
    assert len(batches) < 10
    assert max(len(json.dumps(batch).encode()) for batch in batches) > MOST_BYTES_OF_NOTIFY / 2


class Heard(threading.Thread):
    """Collects what the channel carries."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        settings = connection.settings_dict
        self.connection = psycopg.connect(
            dbname=settings["NAME"], user=settings["USER"], host=settings["HOST"], autocommit=True
        )
        self.connection.execute(f"LISTEN {CHANNEL}")
        self.topics: list[str] = []

    def run(self) -> None:
        for notification in self.connection.notifies(timeout=1.5):
            self.topics += json.loads(notification.payload)
        self.connection.close()


@pytest.mark.django_db(transaction=True)
def test_it_is_heard_after_the_commit_and_only_then():
    heard = Heard()
    heard.start()
    with transaction.atomic():
        announce("onscene.queue", "public")
        announce("public")
        time.sleep(0.3)
        assert heard.topics == []
    with transaction.atomic():
        announce("never")
        transaction.set_rollback(True)
    heard.join()
    assert heard.topics == ["onscene.queue", "public"]


@pytest.mark.django_db(transaction=True)
def test_more_than_one_notification_holds_is_heard_whole():
    heard = Heard()
    heard.start()
    topics = {f"report.{new_id()}" for _ in range(400)}
    announce(*topics)
    heard.join()
    assert sorted(heard.topics) == sorted(topics)
