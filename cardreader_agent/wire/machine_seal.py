"""Windows data protection (DPAPI) with the machine's scope: what was sealed opens on this PC only, for any of its users."""

from __future__ import annotations

import ctypes
import sys

if sys.platform == "win32":
    from ctypes import wintypes

    class _Blob(ctypes.Structure):
        _fields_ = (("length", wintypes.DWORD), ("data", ctypes.POINTER(ctypes.c_char)))

    _NO_WINDOW, _OF_THE_MACHINE = 0x1, 0x4

    def seal(raw: bytes) -> bytes:
        """Raises OSError."""
        return _call("CryptProtectData", raw, _NO_WINDOW | _OF_THE_MACHINE)

    def unseal(sealed: bytes) -> bytes:
        """Raises OSError for what another machine sealed."""
        return _call("CryptUnprotectData", sealed, _NO_WINDOW)

    def _call(name: str, given: bytes, flags: int) -> bytes:
        buffer = ctypes.create_string_buffer(given, len(given))
        taken = _Blob(len(given), ctypes.cast(buffer, ctypes.POINTER(ctypes.c_char)))
        made = _Blob()
        call = getattr(ctypes.WinDLL("crypt32", use_last_error=True), name)
        if not call(ctypes.byref(taken), None, None, None, None, flags, ctypes.byref(made)):
            raise ctypes.WinError(ctypes.get_last_error())
        try:
            return ctypes.string_at(made.data, made.length)
        finally:
            ctypes.WinDLL("kernel32").LocalFree(ctypes.cast(made.data, ctypes.c_void_p))
            ctypes.memset(buffer, 0, len(given))
