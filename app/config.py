"""Settings: the environment first (``KAKANAI_*``), then ``settings.toml`` of the instance folder."""

from __future__ import annotations

import base64
import binascii
import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, cast

PROJECT_ROOT = Path(__file__).resolve().parent.parent
SETTINGS_FILE = "settings.toml"
KEYS_FILE = "keys.toml"
DATABASE_FILE = "kakanai.db"
KEY_LENGTH = 32
LONGEST_NUMBER = 12
RETURN_PATH = "/login/provider/back"
"""Where a provider (OpenID Connect) sends whoever signs in back to; registered there with this server's own address."""
KEY_NAMES = ("secret", "vault", "audit", "identity")
# Environment variables that belong to other programs of the product, not to the server's settings.
OTHER_VARIABLES = frozenset({"KAKANAI_INSTANCE", "KAKANAI_DEMO_PASSWORD"})


_FORMS = {
    "feed_times": (r"([01][0-9]|2[0-3]):[0-5][0-9]", "05:00"),
    "feed_stale_hours_of": (r"[0-9]{2}[a-d]?=[0-9]{1,5}", "03=800"),
    "directory_local_accounts": (r"[a-z0-9-]{3,40}", "hijou-01"),
    "second_factor_roles": (r"[a-z][a-z0-9_-]{0,19}", "admin"),
}


class SettingsError(Exception):
    """A setting is unknown, missing or has the wrong type; the message says which, and where it was read."""


@dataclass(frozen=True)
class Keys:
    """Four independent 32-byte keys, kept in the instance folder and never in the database."""

    secret: bytes
    vault: bytes
    audit: bytes
    identity: bytes


@dataclass(frozen=True)
class Settings:
    """What one installation decides. Durations are seconds.

    The core system's files are taken from ``feed_folder`` at ``feed_times`` (HH:MM, Japan) and every
    ``feed_interval_minutes`` (0: only at those times). A data set is stale when nothing has come in for
    ``feed_stale_hours``, or for its own limit in ``feed_stale_hours_of`` ("03=800"; 0: never). Ended jobs of the data
    links are kept ``feed_job_days`` (0: for ever), cases that have ended ``case_days`` (0: for ever).

    After ``cover_after`` without input a screen covers itself, after ``idle_limit`` without a request a session ends.
    What is dangerous asks for the password again when it was last given longer than ``stepup_limit`` ago. Whoever has one of
    ``second_factor_roles`` signs in with a second factor; everybody else may.

    With ``known_terminals_only`` staff work at PCs that were let in by a code and nowhere else.

    With ``openid_issuer`` staff sign in at the city's own page for it (OpenID Connect), where this server is known as
    ``openid_client`` with the secret in ``openid_secret_file`` and is answered at ``openid_return``. The claim
    ``openid_claim`` names the staff number as ``openid_user`` writes it; ``openid_authorities`` is a PEM file as below.

    With ``directory_url`` ("ldaps://host:636") passwords are those of the city's directory, which is asked for
    ``directory_user`` with the staff number in place of {id}, and trusted by ``directory_authorities`` (a PEM file; empty:
    the system's own). With either, only ``directory_local_accounts`` have a password here, for the day it cannot be reached.

    ``print_at_once`` hands a fresh document to the browser's printing without another key; ``print_duplex`` fills up odd
    papers with an empty back, so that two never share a sheet; the counters of ``separator_counters`` share a printer.
    ``card_readers`` off stops every reading of cards at once, whatever the readers' programs do.

    ``database_owner_url`` is used by ``flask db upgrade`` alone, where the server's own role must not change tables
    (PostgreSQL); ``audit_seal_folder`` is where the daily seals of the operation log are kept outside the database.

    Somebody searches at most ``search_limit_hour`` times an hour and ``search_limit_day`` a day, and opens at most
    ``look_limit_hour`` and ``look_limit_day`` persons outside a case (0: without a limit).
    """

    instance: Path
    keys: Keys
    database_url: str
    city_name: str = ""
    demo: bool = False
    secure_cookie: bool = True
    trusted_hosts: tuple[str, ...] = ()
    proxy_hops: int = 0
    idle_limit: int = 1800
    cover_after: int = 300
    stepup_limit: int = 300
    second_factor_roles: tuple[str, ...] = ()
    known_terminals_only: bool = False
    directory_url: str = ""
    directory_user: str = "{id}"
    directory_authorities: str = ""
    directory_local_accounts: tuple[str, ...] = ()
    openid_issuer: str = ""
    openid_client: str = ""
    openid_secret_file: str = ""
    openid_return: str = ""
    openid_claim: str = "preferred_username"
    openid_user: str = "{id}"
    openid_authorities: str = ""
    absolute_limit: int = 43200
    login_failures_per_window: int = 5
    login_window: int = 900
    login_failures_per_day: int = 20
    password_hash_memory_kib: int = 65536
    password_hash_time_cost: int = 3
    feed_shrink_limit_percent: int = 5
    feed_change_limit_percent: int = 50
    feed_folder: str = "feeds"
    feed_times: tuple[str, ...] = ("05:00",)
    feed_interval_minutes: int = 0
    feed_stale_hours: int = 30
    feed_stale_hours_of: tuple[str, ...] = ("15a=0", "15b=0", "18a=0", "18b=0", "18c=0", "18d=0")
    feed_job_days: int = 400
    case_days: int = 0
    protection_shrink_limit_persons: int = 3
    document_link_seconds: int = 600
    print_at_once: bool = False
    print_duplex: bool = False
    separator_counters: tuple[str, ...] = ()
    database_owner_url: str = ""
    audit_seal_folder: str = ""
    render_timeout: int = 30
    render_workers: int = 2
    search_rows: int = 50
    block_outside_hours: bool = False
    card_readers: bool = True
    search_limit_hour: int = 60
    search_limit_day: int = 300
    look_limit_hour: int = 60
    look_limit_day: int = 300

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def feeds(self) -> Path:
        """The watch folder; a relative one lies in the instance folder."""
        return self.instance / self.feed_folder

    @property
    def seals(self) -> Path:
        """Where the daily seals of the operation log are kept outside the database; the instance folder by default."""
        return self.instance / self.audit_seal_folder

    @property
    def openid_secret(self) -> str:
        """What proves this server to the provider; empty where the file cannot be read. Read each time, so that it can be
        replaced without a restart."""
        try:
            text = (self.instance / self.openid_secret_file).read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError):
            return ""
        return text.strip()

    def stale_hours(self, data_set: str) -> int:
        """After how many hours without a file a data set counts as stale; 0 for never."""
        own = dict(item.split("=") for item in self.feed_stale_hours_of)
        return int(own.get(data_set, self.feed_stale_hours))


LIMITS: dict[str, tuple[int, int]] = {
    "proxy_hops": (0, 5),
    "idle_limit": (60, 86_400),
    "cover_after": (30, 86_400),
    "stepup_limit": (30, 3_600),
    "absolute_limit": (60, 86_400),
    "login_failures_per_window": (1, 100),
    "login_window": (60, 86_400),
    "login_failures_per_day": (1, 1000),
    "password_hash_memory_kib": (256, 4_194_304),
    "password_hash_time_cost": (1, 100),
    "feed_shrink_limit_percent": (0, 100),
    "feed_change_limit_percent": (0, 100),
    "feed_interval_minutes": (0, 1440),
    "feed_stale_hours": (0, 8760),
    "feed_job_days": (0, 36_500),
    "case_days": (0, 36_500),
    "protection_shrink_limit_persons": (0, 100_000),
    "document_link_seconds": (60, 86_400),
    "render_timeout": (1, 600),
    "render_workers": (1, 64),
    "search_rows": (1, 200),
    "search_limit_hour": (0, 100_000),
    "search_limit_day": (0, 100_000),
    "look_limit_hour": (0, 100_000),
    "look_limit_day": (0, 100_000),
}
"""The least and the greatest value of each numeric setting; beyond them the server does not start."""


def instance_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder that holds settings, keys and the embedded database of this installation."""
    return Path(environ.get("KAKANAI_INSTANCE") or PROJECT_ROOT / "instance").resolve()


def ensure_instance(instance: Path) -> None:
    """Create the folder and its keys if they are not there; never replaces a key."""
    instance.mkdir(parents=True, exist_ok=True)
    path = instance / KEYS_FILE
    if path.exists():
        return
    lines = [f'{name} = "{base64.b64encode(secrets.token_bytes(32)).decode()}"\n' for name in KEY_NAMES]
    # Written whole under another name and linked into place: a killed process leaves no half key file,
    # and of two processes started at once the second finds the first one's keys.
    draft = instance / f".{KEYS_FILE}.{secrets.token_hex(8)}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings of the instance named by ``KAKANAI_INSTANCE``.

    Raises SettingsError naming the first setting that is unknown or does not fit.
    """
    instance = instance_folder(environ)
    keys = _read_keys(instance / KEYS_FILE)
    default_url = f"sqlite:///{(instance / DATABASE_FILE).as_posix()}"
    settings = Settings(instance=instance, keys=keys, database_url=default_url)
    names = {field.name: field.type for field in fields(Settings) if field.name not in {"instance", "keys"}}
    changes: dict[str, object] = {}
    path = instance / SETTINGS_FILE
    if path.exists():
        for name, value in _read_toml(path).items():
            if name not in names:
                raise SettingsError(
                    f"{SETTINGS_FILE}: 「{name}」という設定はありません。つづりを確認してください。"
                )
            changes[name] = _fit(name, value, getattr(settings, name), str(path.name))
    for variable, text in environ.items():
        if not variable.startswith("KAKANAI_") or variable in OTHER_VARIABLES:
            continue
        name = variable.removeprefix("KAKANAI_").lower()
        if name not in names:
            raise SettingsError(f"環境変数 {variable} という設定はありません。つづりを確認してください。")
        changes[name] = _from_text(name, text, getattr(settings, name), variable)
    _check_forms(changes)
    _check_limits(changes)
    decided = replace(settings, **cast(dict[str, Any], changes))
    _check_directory(decided)
    _check_openid(decided)
    return decided


def _read_keys(path: Path) -> Keys:
    if not path.exists():
        raise SettingsError(
            f"鍵ファイル {path.name} がインスタンスフォルダーにありません。"
            "新しく作る場合は flask --app app db upgrade を、"
            "既にデータがある場合は控えてある鍵ファイルを戻してから起動してください。"
        )
    values = _read_toml(path)
    missing = [name for name in KEY_NAMES if name not in values]
    if missing:
        raise SettingsError(f"{path.name}: 鍵 {', '.join(missing)} がありません。控えを戻してください。")
    return Keys(**{name: _read_key(path.name, name, values[name]) for name in KEY_NAMES})


def _read_key(file: str, name: str, value: object) -> bytes:
    # The message never repeats the value: it goes to consoles and logs.
    try:
        key = base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != KEY_LENGTH:
        raise SettingsError(
            f"{file}: 鍵 {name} は{KEY_LENGTH}バイトを base64 で書いたものではありません。控えを戻してください。"
        )
    return key


def _read_toml(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        # A syntax error names line and column; what stands there may be a key and is not repeated.
        place = (
            str(problem).rpartition("(")[2].rstrip(")")
            if isinstance(problem, tomllib.TOMLDecodeError)
            else ""
        )
        raise SettingsError(
            f"{path.name} を読み取れません（{place or '文字コードが UTF-8 ではありません'}）。TOML の書き方を確認してください。"
        ) from None


def _fit(name: str, value: object, default: object, place: str) -> object:
    if isinstance(default, tuple) and isinstance(value, list):
        return tuple(str(item) for item in value)
    if type(value) is not type(default):
        raise SettingsError(f"{place}: {name} の値「{value}」は型が違います（例: {default!r}）。")
    return value


def _check_forms(changes: Mapping[str, object]) -> None:
    for name, (form, example) in _FORMS.items():
        for item in cast(tuple[str, ...], changes.get(name, ())):
            if re.fullmatch(form, item) is None:
                raise SettingsError(f"{name} の「{item}」は形が違います（例: {example}）。")


def _check_directory(settings: Settings) -> None:
    if not settings.directory_url:
        return
    # A password in the clear on the city's network would be anybody's.
    if re.fullmatch(r"ldaps://[A-Za-z0-9.-]+(:[0-9]{1,5})?", settings.directory_url) is None:
        raise SettingsError(
            "directory_url は ldaps://ホスト名:ポート の形にしてください（例: ldaps://ad.city.local:636）。"
        )
    if settings.directory_user.count("{id}") != 1:
        raise SettingsError("directory_user には {id} を1つだけ入れてください（例: {id}@city.local）。")
    _check_local_accounts(settings)


def _check_openid(settings: Settings) -> None:
    if not settings.openid_issuer:
        return
    if settings.directory_url:
        raise SettingsError("directory_url と openid_issuer は、どちらか1つだけを書いてください。")
    # Codes and tokens in the clear would be anybody's; only a trial on one machine goes without.
    web = r"(https://[A-Za-z0-9.-]+(:[0-9]{1,5})?|http://(localhost|127\.0\.0\.1):[0-9]{1,5})"
    if re.fullmatch(web + r"(/[A-Za-z0-9._~-]+)*", settings.openid_issuer) is None:
        raise SettingsError(
            "openid_issuer は https://ホスト名 で始まり、末尾に / を付けない形にしてください（例: https://sso.city.local/realms/city）。"
        )
    if re.fullmatch(web + re.escape(RETURN_PATH), settings.openid_return) is None:
        raise SettingsError(
            f"openid_return は、このサーバーのアドレスに {RETURN_PATH} を付けてください（例: https://madoguchi.city.local{RETURN_PATH}）。"
        )
    if settings.openid_user.count("{id}") != 1:
        raise SettingsError("openid_user には {id} を1つだけ入れてください（例: {id}@city.local）。")
    for name in ("openid_client", "openid_claim"):
        if not getattr(settings, name):
            raise SettingsError(f"{name} を書いてください。")
    if not settings.openid_secret:
        raise SettingsError(
            "openid_secret_file に、認証基盤が発行したシークレットのファイルを書いてください。"
        )
    _check_local_accounts(settings)


def _check_local_accounts(settings: Settings) -> None:
    if not settings.directory_local_accounts:
        raise SettingsError(
            "directory_local_accounts に、認証基盤に接続できないときに使う職員IDを1つ以上書いてください（例: hijou-01）。"
        )


def _check_limits(changes: Mapping[str, object]) -> None:
    for name, (least, greatest) in LIMITS.items():
        value = changes.get(name, least)
        if not least <= int(str(value)) <= greatest:
            raise SettingsError(
                f"設定 {name} の値「{value}」は使えません。{least}から{greatest}までにしてください。"
            )


def _from_text(name: str, text: str, default: object, place: str) -> object:
    if isinstance(default, bool):
        if text.lower() not in {"1", "0", "true", "false"}:
            raise SettingsError(f"{place}: 「{text}」は true または false で書いてください。")
        return text.lower() in {"1", "true"}
    if isinstance(default, int):
        if not text.isdecimal() or len(text) > LONGEST_NUMBER:
            raise SettingsError(f"{place}: 「{text[:LONGEST_NUMBER]}」は整数で書いてください。")
        return int(text)
    if isinstance(default, tuple):
        return tuple(item.strip() for item in text.split(",") if item.strip())
    return text
