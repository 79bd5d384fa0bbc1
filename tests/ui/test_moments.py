"""Times read as people say them, with the exact moment behind."""

from datetime import timedelta

import pytest

from tests.conftest import NOW
from ui.moments import moment


@pytest.mark.parametrize(
    ("passed", "ago"),
    [
        (timedelta(seconds=1), "just now"),
        (timedelta(seconds=42), "42 s ago"),
        (timedelta(minutes=4), "4 min ago"),
        (timedelta(hours=3, minutes=5), "3 h 5 min ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=3), "3 days ago"),
        (timedelta(days=30), "24 Oct 2026"),
        (timedelta(minutes=-10), "in 10 min"),
    ],
)
def test_a_moment_is_told_from_now(passed: timedelta, ago: str) -> None:
    assert moment(NOW - passed, NOW).ago == ago


def test_a_moment_keeps_its_exact_time() -> None:
    told = moment(NOW, NOW)
    assert told.iso == "2026-11-23T09:30:00+00:00"
    assert told.exact == "23 Nov 2026, 09:30:00 UTC"
