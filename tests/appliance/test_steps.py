import io

import pytest

from appliance.steps import Steps


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _run(out: io.StringIO) -> str:
    seconds = iter([0.0, 1.0, 2.0, 12.34])
    with Steps(out, lambda: next(seconds)).step("engine") as report:
        report("fetching 1 of 2 packages")
        report("fetching 2 of 2 packages")
    return out.getvalue()


def test_a_pipe_gets_one_line_when_work_starts_and_one_when_it_ends() -> None:
    assert _run(io.StringIO()) == "  engine: fetching 1 of 2 packages\n  engine: done in 12.3 s\n"


def test_a_terminal_gets_one_line_that_is_kept_up_to_date() -> None:
    written = _run(Terminal())
    assert written.count("\n") == 1
    assert "fetching 2 of 2 packages (2 s)" in written
    assert written.endswith("\r\x1b[K  engine: done in 12.3 s\n")


def test_a_step_with_nothing_to_do_is_ready() -> None:
    out = io.StringIO()
    with Steps(out, lambda: 0.0).step("engine"):
        pass
    assert out.getvalue() == "  engine: ready in 0.0 s\n"


def test_a_failing_step_is_said_to_have_stopped() -> None:
    out = io.StringIO()
    with pytest.raises(KeyboardInterrupt), Steps(out, lambda: 0.0).step("engine"):
        raise KeyboardInterrupt
    assert out.getvalue() == "  engine: stopped in 0.0 s\n"
