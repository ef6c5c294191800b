"""What a process gives up before it opens a stranger's file. Each step is taken where the kernel grants it.

Standard library only: the throw-away readers load this file by its path, without the project around it.
"""

import ctypes
import os
import resource
import sys
from typing import Any

NOBODY = 65534
CLONE_NEWUSER, CLONE_NEWNET, PR_SET_NO_NEW_PRIVS = 0x10000000, 0x40000000, 38


def confine(memory: int) -> None:
    """Network, files, rights, and memory beyond so many bytes. What is not loaded by now is not loaded any more."""
    beyond = _address_space() or memory
    libc = ctypes.CDLL(None, use_errno=True)
    root = os.geteuid() == 0
    if hasattr(libc, "unshare"):  # Linux
        libc.unshare(CLONE_NEWNET if root else CLONE_NEWNET | CLONE_NEWUSER)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    limits = {
        resource.RLIMIT_AS: beyond + memory,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 3,  # the three that are open: no file and no socket besides
    }
    for limit, value in limits.items():
        attempt(resource.setrlimit, limit, (value, value))
    if root:
        attempt(os.setgroups, [])
        attempt(os.setgid, NOBODY)
        attempt(os.setuid, NOBODY)
    attempt(resource.setrlimit, resource.RLIMIT_NPROC, (0, 0))


def allow(seconds: int, most: int) -> None:
    """So much work of the processor; the kernel ends whoever does more. What the clock says is no matter."""
    if resource.getrlimit(resource.RLIMIT_CPU)[0] != seconds:
        attempt(resource.setrlimit, resource.RLIMIT_CPU, (seconds, most))


def attempt(step: Any, *args: Any) -> None:
    try:
        step(*args)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{step.__name__}: {error}\n")


def _address_space() -> int:
    """What is mapped but not resident: beside it, no page more than the memory allowed can ever be."""
    try:
        with open("/proc/self/statm") as pages:
            size, held = (int(text) for text in pages.read().split()[:2])
    except OSError:  # not Linux
        return 0
    return (size - held) * resource.getpagesize()
