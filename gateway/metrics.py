"""What the gateway counts, and the page on which Prometheus reads it together with the state of the journey."""

import asyncio
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.database import Database
from models.errors import UnavailableError
from models.queries.monitoring import JourneyCounts, journey_counts

SCRAPE_TIMEOUT_S = 2.0
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
REQUEST_SECONDS = Histogram(
    "leadkeep_request_seconds",
    "Duration of HTTP requests",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


@dataclass(frozen=True)
class RequestMetrics:
    """ASGI middleware: times every request by its route's template, never by its address."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and observe how long it took."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, observed)
        finally:
            method = scope["method"] if scope["method"] in METHODS else "other"
            route = getattr(scope.get("route"), "path", "unmatched")
            REQUEST_SECONDS.labels(method, route, str(status)).observe(time.perf_counter() - started)


@dataclass(frozen=True, eq=False)
class JourneyCollector(Collector):
    """The state of the journey at this scrape; without counts only that the database did not answer."""

    counts: JourneyCounts | None

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges."""
        yield GaugeMetricFamily("leadkeep_database_up", "1 when the database answered", float(self.counts is not None))
        if self.counts is not None:
            yield from _journey(self.counts)


def create_router(database: Database) -> APIRouter:
    """Return the route that Prometheus scrapes."""
    router = APIRouter()

    @router.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        registry = CollectorRegistry()
        registry.register(JourneyCollector(await _counts(database)))
        page = generate_latest(registry) + generate_latest(_of_processes())
        return Response(page, media_type=CONTENT_TYPE_LATEST)

    return router


async def _counts(database: Database) -> JourneyCounts | None:
    try:
        async with asyncio.timeout(SCRAPE_TIMEOUT_S), database.read() as session:
            return await journey_counts(session)
    except (UnavailableError, TimeoutError):
        return None


def _of_processes() -> CollectorRegistry:
    """Return this process's metrics, or those of all processes that share PROMETHEUS_MULTIPROC_DIR."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def _journey(counts: JourneyCounts) -> Iterator[Metric]:
    leads = GaugeMetricFamily("leadkeep_leads", "Leads by state", labels=["state"])
    oldest = GaugeMetricFamily(
        "leadkeep_oldest_waiting_seconds", "Age of the lead that is longest in a state", labels=["state"]
    )
    effects = GaugeMetricFamily("leadkeep_effects", "Effects in other systems by state", labels=["state"])
    deliveries = GaugeMetricFamily("leadkeep_deliveries", "Mails by state", labels=["state"])
    _fill(leads, counts.leads.items())
    _fill(oldest, counts.oldest_waiting_s.items())
    _fill(effects, counts.effects.items())
    _fill(deliveries, counts.deliveries.items())
    yield from (leads, oldest, effects, deliveries)
    yield GaugeMetricFamily("leadkeep_staged_jobs", "Committed work that the relay has not queued yet", counts.staged)
    yield GaugeMetricFamily("leadkeep_due_leads", "Leads that are due and that no worker holds", counts.due)


def _fill(family: GaugeMetricFamily, values: Iterable[tuple[str, float]]) -> None:
    for state, value in values:
        family.add_metric([state], value)
