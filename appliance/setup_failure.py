"""Say in one sentence why the box could not be set up, and what to do; standard library only."""

import errno
import re
import signal
from dataclasses import dataclass
from pathlib import Path

AGAIN = "then run the same command again"
FULL = f"The disk is full: free at least 7 GB, {AGAIN}"
TAIL_CHARACTERS = 6000


class SetupFailure(Exception):  # noqa: N818 - what the operator reads, not a bug
    """The setup cannot go on; the text is one sentence for a person."""


@dataclass(frozen=True)
class Cause:
    """A trace that pip leaves and the sentence it stands for; named groups of `trace` fill the sentence."""

    trace: re.Pattern[str]
    sentence: str


def _cause(trace: str, sentence: str) -> Cause:
    return Cause(re.compile(trace), sentence)


# The first match counts: an unreachable registry also prints "No matching distribution", so it comes before that.
CAUSES = (
    _cause(r"No space left on device|ENOSPC|Disk quota exceeded", FULL),
    _cause(
        r"DO NOT MATCH THE HASHES[^\n]*\n(?:[^\n]*\n){0,2}?\s+(?P<package>[\w.-]+==\S+|\S+) ?(?:from|\()",
        "The package {package} is not the file that the lock names: your registry or cache serves another build, "
        f"so remove it there (or use the Python that the lock was made for, 3.11), {AGAIN}",
    ),
    _cause(
        r"DO NOT MATCH THE HASHES",
        "A package is not the file that the lock names: your registry or cache serves another build, "
        f"so remove it there, {AGAIN}",
    ),
    _cause(
        r"CERTIFICATE_VERIFY_FAILED|SSLError|SSLCertVerificationError",
        "The package registry's certificate is not trusted here: point PIP_CERT at your organisation's "
        f"certificate bundle, {AGAIN}",
    ),
    _cause(
        r"\b(?:401|403|407) (?:Client )?Error|Tunnel connection failed|401 Unauthorized|403 Forbidden",
        "The package registry or the proxy before it refuses to serve this machine: check its credentials in "
        f"pip's settings, {AGAIN}",
    ),
    _cause(
        r"NewConnectionError|NameResolutionError|Temporary failure in name resolution|Name or service not known"
        r"|ConnectTimeoutError|ReadTimeoutError|Read timed out|Max retries exceeded|ProxyError|Network is unreachable"
        r"|Connection (?:refused|reset|aborted|broken)|RemoteDisconnected|IncompleteRead",
        "The package registry does not answer: check the network, or point PIP_INDEX_URL at a mirror "
        f"(PIP_FIND_LINKS at a folder of wheels), {AGAIN}",
    ),
    _cause(
        r"(?:satisfies the requirement|No matching distribution found for) (?P<package>torch==\S+\+cpu)",
        "The registry does not answer or has no {package} for this Python: use Python 3.11 and point "
        f"PIP_EXTRA_INDEX_URL or PIP_FIND_LINKS at PyTorch's CPU wheels, {AGAIN}",
    ),
    _cause(
        r"satisfies the requirement (?P<package>\S+) \(from versions: none\)",
        "The package registry refuses, does not answer or does not have {package}: check the network and, if you "
        f"use a mirror (PIP_INDEX_URL, PIP_FIND_LINKS), that it is complete, {AGAIN}",
    ),
    _cause(
        r"command '(?P<compiler>[\w./+-]*(?:gcc|g\+\+|cc|clang)[\w.+-]*)' failed: No such file"
        r"|(?P<other>gcc|g\+\+|cc|clang): (?:command )?not found",
        "A package has to be built here and there is no C compiler: install one "
        f"(on Debian and Ubuntu the package build-essential), {AGAIN}",
    ),
    _cause(
        r"Python\.h: No such file",
        "A package has to be built here and Python's headers are missing: install them "
        f"(on Debian and Ubuntu the package python3-dev), {AGAIN}",
    ),
    _cause(
        r"Failed building wheel for (?P<package>[\w.-]+)|Could not build wheels for (?P<several>[\w.-]+)",
        "The package {package} has no ready-made build for this machine and building it failed: use Linux on x86-64 "
        f"with Python 3.11, or add its wheel to a folder named in PIP_FIND_LINKS, {AGAIN}",
    ),
    _cause(
        r"No matching distribution found for (?P<package>[^\s;]+)",
        "The registry does not have {package} for this Python and machine: complete your mirror, or use Linux "
        f"on x86-64 with Python 3.11, {AGAIN}",
    ),
    _cause(
        r"Permission denied: '(?P<path>[^']+)'|EACCES",
        f"A file may not be written ({{path}}): run as the user who owns this folder, {AGAIN}",
    ),
)


def explain(output: str, *, status: int, log: Path) -> str:
    """Turn the output and the exit status of a failed step into one sentence that says what to do and names `log`."""
    if status == -signal.SIGKILL:
        return (
            f"A step was killed, most likely because the memory ran out: free some, {AGAIN}; the details are in {log}."
        )
    tail = output[-TAIL_CHARACTERS:]
    for cause in CAUSES:
        if match := cause.trace.search(tail):
            return f"{_fill(cause.sentence, match)}; the details are in {log}."
    return f"A step failed for a reason that has no name yet: read the end of {log}, {AGAIN}."


def full_disk(log: Path) -> str:
    """Say that a step failed for want of room, which its output may not tell: there was none for that either."""
    return f"{FULL}; the details are in {log}."


def refused(error: OSError) -> str:
    """Turn what the operating system refuses outside of any step into one sentence."""
    place = f" ({error.filename})" if error.filename else ""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return f"{FULL}."
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return f"A file may not be written{place}: run as the user who owns this folder, {AGAIN}."
        case _:
            reason = error.strerror or type(error).__name__
            return f"The operating system stops the setup{place}: {reason}; remove the cause, {AGAIN}."


def _fill(sentence: str, match: re.Match[str]) -> str:
    found = [value for value in match.groupdict().values() if value]
    return re.sub(r"\{\w+\}", lambda _: found[0] if found else "one of them", sentence)
