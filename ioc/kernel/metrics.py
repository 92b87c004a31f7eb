"""Figures for Prometheus: requests as they are answered, and the state of the installation when it is asked for.

Each process counts into files of its own (`PROMETHEUS_MULTIPROC_DIR`); whoever answers `/metrics` adds them up.
"""

import os
import time
from collections.abc import Callable, Iterator
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from ioc.kernel import health, machine
from ioc.kernel.clock import now
from ioc.kernel.middleware import METHODS
from ioc.kernel.models import Heartbeat

REQUESTS: Final = Counter("ioc_http_requests", "Requests answered", ["room", "method", "status"])
SECONDS: Final = Histogram(
    "ioc_http_request_seconds",
    "How long an answer took",
    ["room"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
_ROOMS: Final = frozenset(
    ("accounts", "api", "citizen", "desk", "lead", "manage", "notices", "officer", "open311", "reports", "healthz")
)
Handler = Callable[[HttpRequest], HttpResponse]


def counted(get_response: Handler) -> Handler:
    """Count each answer and its time, by the room that gave it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = get_response(request)
        room = _room(request.path)
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(room, method, f"{response.status_code // 100}xx").inc()
        SECONDS.labels(room).observe(time.perf_counter() - began)
        return response

    return middleware


def _room(path: str) -> str:
    """A name out of a short list: what people type after the slash must not become a figure each."""
    first = path.split("/", 2)[1]
    return first if first in _ROOMS else "other"


def page() -> bytes:
    """All figures in Prometheus' text format."""
    state = CollectorRegistry()
    state.register(_State())
    with translation.override("en"):
        return generate_latest(_requests()) + generate_latest(state)


def _requests() -> CollectorRegistry:
    """What all processes counted together; only this one where they keep no common folder."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


class _State(Collector):
    """The installation as it is at the moment of asking."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        up = GaugeMetricFamily("ioc_part_up", "Whether a part works", labels=["part"])
        for part, works in health.parts().items():
            up.add_metric([part], int(works))
        yield up
        queue, at = machine.queue(), now()
        yield GaugeMetricFamily("ioc_jobs_waiting", "Background work that could begin now", queue.waiting)
        yield GaugeMetricFamily("ioc_jobs_failed_day", "Background work that failed within a day", queue.failed)
        waited = machine.waited(queue, at=at).total_seconds()
        yield GaugeMetricFamily("ioc_jobs_oldest_seconds", "How long the oldest background work waits", waited)
        disk = machine.disk()
        yield GaugeMetricFamily("ioc_disk_free_bytes", "Free on the disk of the files", disk.free)
        yield GaugeMetricFamily("ioc_disk_total_bytes", "Size of the disk of the files", disk.total)
        yield GaugeMetricFamily("ioc_database_bytes", "Size of the database", machine.database_size())
        yield from self._rooms(queue)

    def _rooms(self, queue: machine.Queue) -> Iterator[GaugeMetricFamily]:
        figures = GaugeMetricFamily("ioc_figure", "A figure of a room", labels=["name"])
        for name, number in health.figures():
            figures.add_metric([str(name)], number)
        yield figures
        worries = health.worries(queue=queue)
        yield GaugeMetricFamily("ioc_worries", "What a person should see to", len(worries))
        grave = sum(worry.is_grave for worry in worries)
        yield GaugeMetricFamily("ioc_worries_grave", "What must not wait", grave)
        beats = GaugeMetricFamily("ioc_heartbeat_age_seconds", "Since a part was last seen alive", labels=["part"])
        for beat in Heartbeat.objects.all():
            beats.add_metric([beat.part], (now() - beat.at).total_seconds())
        yield beats
