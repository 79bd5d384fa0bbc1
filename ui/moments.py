"""A time as the desk shows it: how long ago, with the exact moment behind it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NEARLY_NOW = timedelta(seconds=5)
DATES_FROM = timedelta(days=14)


@dataclass(frozen=True)
class Moment:
    """`iso` for machines, `exact` for the title, `ago` for the eye."""

    iso: str
    exact: str
    ago: str
    waited: str


def moment(at: datetime, now: datetime) -> Moment:
    """Describe a moment as seen from now; both aware."""
    passed = now - at
    exact = f"{at.day} {at:%b %Y, %H:%M:%S %Z}"
    return Moment(at.isoformat(timespec="seconds"), exact, _ago(at, passed), span(passed))


def span(passed: timedelta) -> str:
    """Describe a length of time in its largest unit, as in `4 min`."""
    if passed < MINUTE:
        return f"{max(0, int(passed.total_seconds()))} s"
    if passed < HOUR:
        return f"{passed // MINUTE} min"
    if passed < DAY:
        return f"{passed // HOUR} h {passed % HOUR // MINUTE} min"
    days = passed // DAY
    return "1 day" if days == 1 else f"{days} days"


def _ago(at: datetime, passed: timedelta) -> str:
    if passed < -NEARLY_NOW:
        return f"in {span(-passed)}"
    if passed < NEARLY_NOW:
        return "just now"
    return f"{at.day} {at:%b %Y}" if passed >= DATES_FROM else f"{span(passed)} ago"
