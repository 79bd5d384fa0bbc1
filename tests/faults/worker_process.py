"""Real worker processes that a test can kill: forked from a server that has the heavy imports done."""

import multiprocessing
import os
from collections.abc import Mapping
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess

HEAVY = ["torch", "sentence_transformers", "appliance.roots.worker"]


def fork_server() -> ForkServerContext:
    """Return the context whose children start with the worker's imports done."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(HEAVY)
    return context


def start_worker(context: ForkServerContext, environment: Mapping[str, str]) -> BaseProcess:
    """Start a worker with these settings; the caller kills it."""
    process = context.Process(target=_work, args=(dict(environment),), daemon=True)
    process.start()
    return process


def _work(environment: dict[str, str]) -> None:
    os.environ.update(environment)
    import asyncio

    from appliance import logs
    from appliance.roots.worker import serve
    from appliance.settings import load_settings

    settings = load_settings()
    logs.configure(settings.log_level)
    asyncio.run(serve(settings, None))
