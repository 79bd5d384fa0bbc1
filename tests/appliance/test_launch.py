"""The launcher binds a child's life to its parent's and gives up root before the program runs."""

import os
import pwd
import subprocess
import sys
import time

import pytest

from appliance.account import Account, launch_argv
from appliance.record import is_running


def test_child_dies_with_its_parent_even_when_that_is_killed() -> None:
    program = """
import subprocess, sys, time
from appliance.account import launch_argv
child = subprocess.Popen(launch_argv(("/bin/sleep", "600"), parent_signal="SIGTERM"), start_new_session=True)
print(child.pid, flush=True)
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        time.sleep(0.5)
        assert is_running(child)
        parent.kill()
    deadline = time.monotonic() + 10
    while is_running(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(child)


def test_child_whose_parent_is_gone_before_it_runs_does_not_run() -> None:
    argv = list(launch_argv(("/bin/echo", "ran"), parent_signal="SIGTERM"))
    argv[argv.index("--parent") + 1] = "1" if os.getppid() != 1 else "2"
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")


@pytest.mark.parametrize(("keep_access", "capabilities"), [(False, "0" * 16), (True, "2".zfill(16))])
def test_root_is_given_up_for_good(keep_access: bool, capabilities: str) -> None:
    nobody = pwd.getpwnam("nobody")
    account = Account("nobody", nobody.pw_uid, nobody.pw_gid, keep_access=keep_access)
    argv = launch_argv(("/bin/cat", "/proc/self/status"), account)
    status = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    found = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert set(found["Uid"].split()) == {str(nobody.pw_uid)}
    assert set(found["Gid"].split()) == {str(nobody.pw_gid)}
    assert found["Groups"].strip() == ""
    assert found["CapEff"] == capabilities


def test_command_of_our_own_account_without_ties_is_left_as_it_is() -> None:
    assert launch_argv(("/bin/true",)) == ("/bin/true",)
