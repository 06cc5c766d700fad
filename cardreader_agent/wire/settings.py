"""Settings of one counter PC: ``settings.toml`` of the agent's folder, and above it what the city sets by policy.

On Windows the folder lies in ProgramData, which users cannot write; policies stand in the registry below
``HKLM\\SOFTWARE\\Policies\\Kakanai\\CardReader`` under the names of the settings.
"""

from __future__ import annotations

import ipaddress
import os
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from urllib.parse import urlsplit

FILE = "settings.toml"
FOLDER_VARIABLE = "KAKANAI_CARDREADER_FOLDER"
POLICIES = r"SOFTWARE\Policies\Kakanai\CardReader"


class SettingsProblem(Exception):
    """A setting is missing, unknown or cannot be; the message says which and what to do, in Japanese."""


@dataclass(frozen=True)
class Settings:
    """What one counter PC decides.

    ``server`` is the address that browsers use. Where ``ca_file`` names a file, only the authorities in it are believed.
    ``reader`` is the name of the reader, or a part of it; empty takes the one that holds a card. ``nfc_device`` chooses
    nfcpy instead of PC/SC and names its device (``usb``, ``usb:054c:06c3``, ``udp:127.0.0.1:54321``). ``scanner`` is the
    serial port of a two-dimensional scanner; empty when there is none.
    """

    server: str = ""
    ca_file: str = ""
    reader: str = ""
    nfc_device: str = ""
    scanner: str = ""


NAMES = tuple(one.name for one in fields(Settings))


def folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where settings and key of this PC lie."""
    named = environ.get(FOLDER_VARIABLE)
    if named:
        return Path(named)
    if sys.platform == "win32":
        return Path(environ.get("PROGRAMDATA", r"C:\ProgramData")) / "Kakanai" / "CardReader"
    return Path(environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "kakanai-cardreader"


def log_folder(place: Path, environ: Mapping[str, str] = os.environ) -> Path:
    """Where the log lies: beside the settings, on Windows with whoever signed in, who cannot write there."""
    if sys.platform == "win32" and "LOCALAPPDATA" in environ:
        return Path(environ["LOCALAPPDATA"]) / "Kakanai" / "CardReader" / "log"
    return place / "log"


def read_settings(place: Path) -> Settings:
    """The file's settings with the policies above them. Raises SettingsProblem."""
    path = place / FILE
    found: dict[str, str] = {}
    if path.exists():
        try:
            read = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError) as problem:
            raise SettingsProblem(f"設定ファイル {path} を読めません（{problem}）。") from None
        unknown = sorted(set(read) - set(NAMES))
        if unknown:
            raise SettingsProblem(
                f"設定ファイル {path} に知らない項目があります: {'、'.join(unknown)}。使える項目: {'、'.join(NAMES)}"
            )
        for name, value in read.items():
            if not isinstance(value, str):
                raise SettingsProblem(
                    f"設定ファイル {path} の {name} は、引用符で囲んだ文字で書いてください。"
                )
            found[name] = value
    return checked(replace(Settings(), **{**found, **_policies()}))


def write_settings(place: Path, settings: Settings) -> None:
    """Keep the settings, whole or not at all."""
    place.mkdir(parents=True, exist_ok=True)
    lines = [
        f"{name} = '{value}'" for name in NAMES if (value := getattr(settings, name)) and "'" not in value
    ]
    new = place / f"{FILE}.new"
    new.write_text("\n".join(lines) + "\n", encoding="utf-8")
    new.replace(place / FILE)


def checked(settings: Settings) -> Settings:
    """The same settings. Raises SettingsProblem for an address that would send readings in the open."""
    if not settings.server:
        raise SettingsProblem(
            "サーバーのアドレスが設定されていません。「--pair 登録番号 --server https://…」で登録してください。"
        )
    parts = urlsplit(settings.server)
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.query or parts.path.strip("/"):
        raise SettingsProblem(
            f"サーバーのアドレス「{settings.server}」を読めません。https://kakanai.example のように書いてください。"
        )
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise SettingsProblem(
            "サーバーのアドレスは https:// で始めてください。http:// はこの端末の中だけで使えます。"
        )
    if settings.ca_file and not Path(settings.ca_file).is_file():
        raise SettingsProblem(f"認証局の証明書 {settings.ca_file} がありません。")
    return settings


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _policies() -> dict[str, str]:
    """What the city sets for the whole machine; empty where there is no registry."""
    if sys.platform != "win32":
        return {}
    import winreg

    found = {}
    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, POLICIES) as key:
            for name in NAMES:
                try:
                    value, kind = winreg.QueryValueEx(key, name)
                except FileNotFoundError:
                    continue
                if kind == winreg.REG_SZ:
                    found[name] = str(value)
    except FileNotFoundError:
        pass
    return found
