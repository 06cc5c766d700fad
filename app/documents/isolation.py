"""What the renderer's process gives up before it reads its first job: the network, other programs, other files, much memory."""

import ctypes
import os
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path
from typing import Any

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 20

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_FORBIDDEN = (
    "socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.startfile",
    "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown",
    "os.kill", "shutil.", "urllib.", "ftplib.", "http.client.", "smtplib.", "webbrowser.", "ctypes.dlopen", "pty.",
    "winreg.", "_winapi.CreateProcess",
)  # fmt: skip


def isolate(readable: Iterable[Path]) -> None:
    """Forbid from now on everything but computing: `readable` folders and Python's own may still be read.

    The refusal is a `PermissionError` inside the process. It holds for Python code, which is all that runs here; where the
    system allows it the process also leaves the network.
    """
    sys.dont_write_bytecode = True
    _leave_network()
    _limit_memory()
    folders = tuple(_place(path) + os.sep for path in (*readable, *_python_folders()))

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            _check_open(arguments, folders)
        elif event.startswith(_FORBIDDEN):
            raise PermissionError(f"the renderer may not do this: {event}")

    sys.addaudithook(refuse)


def allow_time() -> None:
    """Give the next job its share of processor time; a job that uses it up is killed by the system."""
    if sys.platform == "win32":
        return
    import resource

    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    wanted = used + CPU_SECONDS + 1
    resource.setrlimit(
        resource.RLIMIT_CPU, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard)
    )


def close_files() -> None:
    """Let the system refuse every further file, socket and program, also to native code; what is open stays open.

    Python can then load no module any more: call it when everything was used once.
    """
    if sys.platform == "win32":
        return
    import resource

    free = os.dup(0)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, free))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def _check_open(arguments: tuple[Any, ...], folders: tuple[str, ...]) -> None:
    path, mode, flags = arguments
    writes = bool((flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)) or any(
        sign in (mode or "r") for sign in "wax+"
    )
    if isinstance(path, int):
        return
    if writes or not _place(path).startswith(folders):
        raise PermissionError("the renderer may not open this file")


def _place(path: Any) -> str:
    """Where a path really leads, links and detours resolved."""
    return os.path.normcase(os.path.realpath(os.fsdecode(path)))


def _python_folders() -> list[Path]:
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    return [Path(sysconfig.get_path(name)) for name in names] + [Path(__file__).resolve().parents[1]]


def _leave_network() -> None:
    if sys.platform != "linux":
        return
    try:
        ctypes.CDLL(None).unshare(
            _CLONE_NEWUSER | _CLONE_NEWNET
        )  # refused in many containers; the hook remains
    except (OSError, AttributeError):
        return


def _limit_memory() -> None:
    if sys.platform == "win32":
        return
    import resource

    limits = {resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_NOFILE: 32}
    if sys.platform == "linux":  # elsewhere the address space of every process is larger than its memory
        limits[resource.RLIMIT_AS] = MEMORY_BYTES
    for limit, value in limits.items():
        hard = resource.getrlimit(limit)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (value, value))
