"""`leadkeep worker`: one worker process."""

import os
import sys
from pathlib import Path

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("worker")(worker)


def worker() -> None:
    """Run the journey's stages until stopped (`leadkeep run` starts these for you)."""
    import uvloop
    from prometheus_client import start_http_server

    from appliance import logs
    from appliance.ports import require_free
    from appliance.roots.worker import serve
    from appliance.settings import load_settings, variable

    settings = load_settings()
    logs.configure(settings.log_level)
    if settings.worker_metrics_port:
        host, port = settings.worker_metrics_host, settings.worker_metrics_port
        require_free(host, port, purpose="the worker's metrics", variable=variable("worker_metrics_port"))
        start_http_server(port, addr=host)
    ready = os.environ.get("LEADKEEP_READY_FILE")
    uvloop.run(serve(settings, Path(ready) if ready else None))
    sys.stdout.flush()
    os._exit(0)  # all is closed; freeing the classifier object by object takes seconds that a stop does not have
