"""Logs that can be shown to anybody: one JSON object a line, ids and facts only.

Invariant 8 of the design: no personal data in logs. Three defences, none of which trusts the caller: only listed keys
pass; a text value must look like a word, an id or an address of ours, never like prose; an exception is its type and
its frames, never its message, for messages quote what they choked on.
"""

import contextlib
import logging
import re
import sys
import threading
import traceback
from collections.abc import Callable, Mapping, MutableMapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import structlog

from appliance.log_files import LIMIT_BYTES
from appliance.refusal import first_of

REDACTED = "[redacted]"
FOREIGN_EVENT = "library.message"
MAX_TEXT_CHARACTERS = 200

ALLOWED_KEYS = frozenset(
    {
        "event", "level", "timestamp", "logger", "error", "frames", "cause",
        "lead", "stage", "state", "status", "status_code", "reason", "code", "outcome", "kind", "step", "way", "band",
        "channel", "source", "campaign", "language", "locale", "policy", "rule", "rules", "model", "prompt_version",
        "method", "route", "job", "queue", "result", "remedy", "crm", "child", "signal", "exit_code", "pid", "port",
        "host", "version", "finish_reason", "locked",
        "attempt", "token", "count", "score", "retryable", "ready", "table", "check", "revision", "process",
    }
)  # fmt: skip
ALLOWED_ENDINGS = (
    "_id", "_ids", "_ms", "_s", "_count", "_bytes", "_total", "_version", "_sha256", "_state", "_status", "_code",
    "_tokens", "_attempt", "_port",
)  # fmt: skip
# One word of code, an id, a version, a path of ours or a number: no spaces, no @.
PLAIN_TEXT = re.compile(r"[\w.:/+\-#%{}<>\[\]=,]*", re.ASCII)
# Digits that could be a telephone or an account number; hashes and times do not match, UUIDs are taken out before.
LONG_NUMBER = re.compile(r"(?<![\w.\-:])\+?\d[\d.\-/]{7,}(?![\w])")
UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")

EventDict = MutableMapping[str, Any]


def configure(level: str, *, stream: TextIO | None = None) -> None:
    """Send structlog, stdlib logging and uncaught errors to `stream` (standard output) as redacted JSON."""
    _install(level, logging.StreamHandler(stream or sys.stdout))


def configure_file(level: str, path: Path) -> None:
    """Send the same lines to a file instead, for programs whose standard output belongs to a person.

    A file that has grown large is set aside, and one old one is kept. An uncaught error is named on standard error too.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=LIMIT_BYTES, backupCount=1, encoding="utf-8")
    _install(level, handler, complain=lambda error: _name_the_log(error, path))


def redact(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Keep the allowed keys with harmless values; name each other key but show nothing of its value."""
    return {key: _safe_value(value) if _is_allowed(key) else REDACTED for key, value in event.items()}


def describe_error(error: BaseException) -> dict[str, Any]:
    """Return an exception as its type, its causes' types and its frames `file:line:function`; no message, no locals."""
    return {
        "error": type(error).__name__,
        "cause": [type(cause).__name__ for cause in _causes(error)],
        "frames": _frames(error.__traceback__),
    }


def _name_the_log(error: BaseException, path: Path) -> None:
    with contextlib.suppress(OSError):  # a closed terminal
        sys.stderr.write(f"Unexpected error: {type(error).__name__}. Details are in {path}.\n")


def _install(
    level: str, handler: logging.Handler, *, complain: Callable[[BaseException], None] = lambda _error: None
) -> None:
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=_rendering(), foreign_pre_chain=_foreign()))
    root = logging.getLogger()
    for earlier in root.handlers:
        if isinstance(earlier, RotatingFileHandler):
            earlier.close()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.raiseExceptions = False  # a line that cannot be written (full disk) would go to stderr, not redacted
    _quieten_libraries()
    _catch_uncaught(complain)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _shared() -> list[structlog.typing.Processor]:
    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _foreign() -> list[structlog.typing.Processor]:
    return [*_shared(), _silence_prose]


def _rendering() -> list[structlog.typing.Processor]:
    return [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        _render_exception,
        redact,
        structlog.processors.JSONRenderer(sort_keys=False),
    ]


def _silence_prose(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Replace a library's free text by the place in the code that wrote it."""
    record = event.get("_record")
    event["event"] = FOREIGN_EVENT
    if isinstance(record, logging.LogRecord):
        event["code"] = f"{record.module}:{record.lineno}:{record.funcName}"
    return event


def _render_exception(_logger: object, _method: str, event: EventDict) -> EventDict:
    info = event.pop("exc_info", None)
    event.pop("stack_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event.update(describe_error(error))
    return event


def _is_allowed(key: str) -> bool:
    return key in ALLOWED_KEYS or key.endswith(ALLOWED_ENDINGS)


def _safe_value(value: object) -> object:
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return value if _is_plain(value) else REDACTED
        case Mapping():
            return {str(key): _safe_value(item) if _is_allowed(str(key)) else REDACTED for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_safe_value(item) for item in value]
        case _:
            return _safe_value(str(value))


def _is_plain(text: str) -> bool:
    whole = len(text) <= MAX_TEXT_CHARACTERS and PLAIN_TEXT.fullmatch(text) is not None
    return whole and LONG_NUMBER.search(UUID.sub("", text)) is None


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    cause = error.__cause__ or error.__context__
    while cause is not None and len(found) < 5:
        found.append(cause)
        cause = cause.__cause__ or cause.__context__
    return found


def _frames(trace: TracebackType | None) -> list[str]:
    """Return at most the last 20 frames, file names without the directories of this machine."""
    frames = traceback.extract_tb(trace)[-20:]
    return [f"{'/'.join(frame.filename.split('/')[-2:])}:{frame.lineno}:{frame.name}" for frame in frames]


def _catch_uncaught(complain: Callable[[BaseException], None]) -> None:
    """Log what would else be printed with its message: uncaught errors and warnings; of a group, its first error."""
    logging.captureWarnings(capture=True)
    log = structlog.get_logger("process")

    def uncaught(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        if not isinstance(error, KeyboardInterrupt | SystemExit):
            log.critical("process.uncaught", exc_info=first_of(error))
            complain(first_of(error))

    def uncaught_in_thread(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None and not isinstance(arguments.exc_value, SystemExit):
            log.critical("process.uncaught", exc_info=arguments.exc_value)

    sys.excepthook = uncaught
    threading.excepthook = uncaught_in_thread


def _quieten_libraries() -> None:
    """Turn off what logs bodies, statements or one line a request; warnings and errors still come through."""
    for name in (
        "uvicorn.access",
        "arq",
        "httpx",
        "httpcore",
        "httpx2",
        "httpcore2",
        "openai",
        "sqlalchemy",
        "alembic",
        "mail.log",
        "asyncio",
    ):
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        library = logging.getLogger(name)
        library.handlers[:] = []
        library.propagate = True
    logging.getLogger("uvicorn.access").disabled = True
