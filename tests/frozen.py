"""A server that stands still without ending, as on a stuck disk or a stopped virtual machine."""

import contextlib
from collections.abc import Iterator

import psutil

from tests.fixtures_parts import Server


@contextlib.contextmanager
def frozen(server: Server) -> Iterator[None]:
    """Stop every process of the server; they go on when the block ends."""
    assert server.process is not None
    first = psutil.Process(server.process.pid)
    stopped = [first, *first.children(recursive=True)]
    for process in stopped:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.suspend()
    try:
        yield
    finally:
        for process in reversed(stopped):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.resume()
