"""A stop is never lost: a library that cleans up while it is cancelled may raise an error of its own instead.

A loop that waits such errors out would then go on for ever, and whoever told it to stop would wait for it.
"""

import asyncio


def obey_stop() -> None:
    """Raise CancelledError when this task was told to stop, whatever became of the word."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
