"""The HTTP edge as one application: webhooks, probes, metrics, the way out of the list, and the review desk."""

from fastapi import FastAPI
from starlette.middleware import Middleware

from gateway import health, metrics, problems, unsubscribe, webhooks
from gateway.body_limit import BodyLimit
from gateway.headers import SecurityHeaders
from gateway.intake import Intake
from gateway.metrics import RequestMetrics
from gateway.outbox import SinkOutbox
from gateway.parts import GatewayParts
from gateway.request_limit import RequestLimit
from ui import app as desk
from ui.parts import UiParts


def create_app(parts: GatewayParts) -> FastAPI:
    """Wire the gateway."""
    app = FastAPI(
        title="Leadkeep",
        docs_url=None,  # their pages load scripts from elsewhere
        redoc_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
        middleware=[
            Middleware(RequestMetrics),
            Middleware(SecurityHeaders, public_url=parts.public_url),
            Middleware(RequestLimit),
            Middleware(BodyLimit, limit_bytes=parts.body_limit_bytes),
        ],
    )
    intake = Intake(parts.database, parts.keyring, parts.campaigns, parts.detect)
    app.include_router(webhooks.create_router(intake, parts.wake))
    app.include_router(health.create_router(parts.database, parts.queue_answers, parts.revision))
    app.include_router(metrics.create_router(parts.database))
    app.include_router(unsubscribe.create_router(parts.database, parts.keyring))
    app.include_router(desk.create_router(_desk_parts(parts)), include_in_schema=False)
    problems.install(app)
    return app


def _desk_parts(parts: GatewayParts) -> UiParts:
    return UiParts(
        database=parts.database,
        keyring=parts.keyring,
        campaigns=parts.campaigns,
        clock=parts.clock,
        wake=parts.wake,
        public_url=parts.public_url,
        session_hours=parts.session_hours,
        outbox=SinkOutbox(parts.outbox_dir) if parts.outbox_dir else None,
    )
