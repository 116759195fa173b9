"""Sandbox: what a child process gives up for good before it reads a document.

Everywhere: network and programs by Python's own calls (an audit hook). Where there are resource limits: large files,
core dumps, address space. On Linux besides, for native code too: no_new_privs; Landlock (since 5.13) leaves it nothing
to write and only certain folders to read; a seccomp filter (x86-64, AArch64) refuses sockets, new processes, programs
and changes of files' owners and modes.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import struct
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

#: Bytes of the largest file that a child may write; it has none to write.
LARGEST_FILE = 64 * 1024**2
#: What a child may not do (names of Python's audit events).
FORBIDDEN = frozenset([
    "socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname",
    "socket.gethostbyaddr",
    "subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile",
    "ftplib.connect",
    "urllib.Request", "webbrowser.open", "pty.spawn",
])
#: What a reader needs beside Python's own folders: shared libraries, fonts, time zones, its own state.
SYSTEM = ("/usr", "/lib", "/lib64", "/etc", "/proc", "/sys/devices/system/cpu", "/dev")

#: Per machine: its number as an audit architecture, `clone`, and the system calls that are refused.
_SYSCALLS: dict[str, tuple[int, int, tuple[int, ...]]] = {
    # socket connect accept sendto sendmsg bind listen fork vfork execve ptrace accept4 sendmmsg process_vm_* execveat
    # io_uring chmod chown
    "x86_64": (0xC000003E, 56,
               (41, 42, 43, 44, 46, 49, 50, 57, 58, 59, 101, 288, 307, 310, 311, 322, 425, 90, 91, 92, 93, 94, 260,
                268)),
    "aarch64": (0xC00000B7, 220,
                (198, 203, 202, 206, 211, 200, 201, 221, 117, 242, 269, 270, 271, 281, 425, 52, 53, 54, 55)),
}
_CLONE3, _CLONE_THREAD, _EPERM, _ENOSYS = 435, 0x10000, 1, 38


def confine(readable: Iterable[Path] | None = None) -> None:
    """Give up what a reader does not need. `readable` are the folders whose documents it may read (None: all)."""

    def refuse(event: str, _: object) -> None:
        if event in FORBIDDEN:
            raise PermissionError(f"reading a document does not need {event}")

    sys.addaudithook(refuse)
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(38, 1, 0, 0, 0)  # no_new_privs
        landlock(libc, readable)
        seccomp(libc)


def landlock(libc: ctypes.CDLL, readable: Iterable[Path] | None) -> None:
    """Leave this thread, and those it starts, nothing to write and few folders to read, if the kernel has Landlock."""
    version = libc.syscall(444, None, 0, 1)
    if version < 1:
        return
    handled = (1 << (13 + (version >= 2) + (version >= 3))) - 1
    ruleset = struct.pack("=QQQ", handled, 3 if version >= 4 else 0, 3 if version >= 6 else 0)
    descriptor = libc.syscall(444, ruleset, 24 if version >= 6 else 16 if version >= 4 else 8, 0)
    if descriptor < 0:
        return
    folders = (["/"] if readable is None
               else [*SYSTEM, sys.prefix, sys.base_prefix, *filter(None, sys.path), *map(str, readable)])
    for path in folders:
        with contextlib.suppress(OSError):
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
            libc.syscall(445, descriptor, 1, struct.pack("=Qi", 12 if os.path.isdir(path) else 4, place), 0)
            os.close(place)
    libc.syscall(446, descriptor, 0)
    os.close(descriptor)


def seccomp(libc: ctypes.CDLL) -> None:
    """Refuse this thread, and those that it starts, the system calls that open connections and start processes."""
    known = _SYSCALLS.get(platform.machine())
    if known is None or struct.calcsize("P") != 8:
        return
    program = b"".join(struct.pack("=HBBI", *step) for step in bpf(*known))
    buffer = ctypes.create_string_buffer(program, len(program))
    libc.prctl(22, 2, struct.pack("@HP", len(program) // 8, ctypes.addressof(buffer)))


def bpf(machine: int, clone: int, refused: tuple[int, ...]) -> Iterator[tuple[int, int, int, int]]:
    """The filter's steps (code, jump if true, jump if false, operand): load 0x20, if equal 0x15, if any bit 0x45,
    return 0x06."""
    deny, allow = 0x50000, 0x7FFF0000
    yield 0x20, 0, 0, 4
    yield 0x15, 1, 0, machine
    yield 0x06, 0, 0, deny | _EPERM
    yield 0x20, 0, 0, 0
    yield 0x35, 0, 1, 0x40000000  # numbers of another calling convention
    yield 0x06, 0, 0, deny | _EPERM
    yield 0x15, 0, 1, _CLONE3  # glibc then falls back to clone
    yield 0x06, 0, 0, deny | _ENOSYS
    for number in refused:
        yield 0x15, 0, 1, number
        yield 0x06, 0, 0, deny | _EPERM
    yield 0x15, 0, 3, clone
    yield 0x20, 0, 0, 16
    yield 0x45, 1, 0, _CLONE_THREAD
    yield 0x06, 0, 0, deny | _EPERM
    yield 0x06, 0, 0, allow
