"""The last step before a child of the box becomes its program: bind its life to ours, drop root, exec.

Runs as a plain script with the standard library alone (`python -I -S launch.py …`), so that nothing of the
product is loaded in a process that may still be root. A script and not `preexec_fn`, because code between fork and exec
of a threaded parent may deadlock.
"""

import argparse
import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_SET_SECUREBITS = 28
SECBIT_NO_SETUID_FIXUP = 1 << 2
"""Without it access(2), with which initdb looks for its sister programs, ignores the capability we keep."""
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522


def main() -> None:
    """Apply the flags and replace this process by the program after `--`."""
    flags = _parse(sys.argv[1:])
    if flags.uid is not None:
        _become(flags.uid, flags.gid, keep_access=flags.keep_access)
    if flags.parent and sys.platform == "linux":
        _die_with_parent(flags.parent, signal.Signals[flags.parent_signal])
    os.execv(flags.argv[0], flags.argv)  # noqa: S606 - this is what a launcher is for


def _parse(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="launch")
    parser.add_argument("--uid", type=int)
    parser.add_argument("--gid", type=int)
    parser.add_argument("--keep-access", action="store_true")
    parser.add_argument("--parent", type=int, default=0)
    parser.add_argument("--parent-signal", default="SIGTERM")
    parser.add_argument("argv", nargs="+")
    return parser.parse_args(words)


def _die_with_parent(parent: int, stop_signal: signal.Signals) -> None:
    """Ask the kernel for `stop_signal` when the parent dies; leave at once if it is gone already."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)


def _become(uid: int, gid: int, *, keep_access: bool) -> None:
    """Give up root for `uid`; `keep_access` keeps the one capability to enter directories closed to that account."""
    libc = ctypes.CDLL(None, use_errno=True)
    if keep_access:
        libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
        libc.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if keep_access:
        _keep_only(libc, CAP_DAC_OVERRIDE)


def _keep_only(libc: ctypes.CDLL, capability: int) -> None:
    """Reduce all sets to one capability and let it survive exec (capabilities(7), ambient set)."""
    mask = 1 << capability
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)
    if libc.capset(header, sets) != 0:
        sys.exit("launch: the kernel refuses to keep access to directories closed to other accounts")
    libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0)


if __name__ == "__main__":
    main()
