"""What was entered is overwritten, and a crash leaves no picture of the memory behind."""

from __future__ import annotations

import contextlib
import ctypes
import sys


def wipe(secret: bytearray) -> None:
    """Overwrite what was entered, in place."""
    secret[:] = bytes(len(secret))
    secret.clear()


def forbid_dumps() -> None:
    """No core dump and no crash report of this process, as far as the system lets a program decide."""
    if sys.platform == "win32":
        # SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX; and no report with memory to Windows Error Reporting.
        ctypes.windll.kernel32.SetErrorMode(0x0001 | 0x0002)
        with contextlib.suppress(OSError):
            ctypes.WinDLL("wer").WerAddExcludedApplication(ctypes.c_wchar_p(sys.executable), False)
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        not_dumpable = (
            4  # PR_SET_DUMPABLE: another process of the same user cannot look into this one either.
        )
        ctypes.CDLL(None).prctl(not_dumpable, 0, 0, 0, 0)
