"""Asks every configured part whether it is there and fit; says what to do about each one that is not."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from appliance.setup_failure import SetupFailure
from models.errors import DomainError

CHECK_TIMEOUT_S = 30.0


class Health(StrEnum):
    """What a check found; `off` is a part that is not configured or not started."""

    OK = "ok"
    OFF = "off"
    PROBLEM = "problem"


@dataclass(frozen=True)
class CheckResult:
    """One part: how it is, what was seen, what to do when that is a problem; never a secret, never a lead's words."""

    name: str
    health: Health
    detail: str = ""
    advice: str = ""


Check = Callable[[], Awaitable[CheckResult]]


@dataclass(frozen=True)
class NamedCheck:
    """A check and the name that is shown if it cannot even finish."""

    name: str
    run: Check


def ok(name: str, detail: str = "") -> CheckResult:
    """Return a part that is as it should be."""
    return CheckResult(name, Health.OK, detail)


def off(name: str, detail: str = "") -> CheckResult:
    """Return a part that is not configured or not started; no problem."""
    return CheckResult(name, Health.OFF, detail)


def problem(name: str, detail: str, advice: str) -> CheckResult:
    """Return a part that needs somebody to do something."""
    return CheckResult(name, Health.PROBLEM, detail, advice)


async def examine(checks: Sequence[NamedCheck], *, timeout_s: float = CHECK_TIMEOUT_S) -> list[CheckResult]:
    """Run all checks at once and return their results in the given order; none can make another fail."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_guarded(check, timeout_s)) for check in checks]
    return [task.result() for task in tasks]


async def _guarded(check: NamedCheck, timeout_s: float) -> CheckResult:
    try:
        async with asyncio.timeout(timeout_s):
            return await check.run()
    except TimeoutError:
        return problem(check.name, f"No answer within {timeout_s:.0f} seconds.", "Look at that part and the network.")
    except DomainError as error:
        return problem(check.name, error.message, error.hint)
    except SetupFailure as failure:
        return problem(check.name, str(failure), "")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return problem(check.name, f"Not reachable ({reason}).", "Check the address and the network.")
