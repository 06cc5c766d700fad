"""Who somebody is (本人の確認): by the password stored here, or by the city's own directory (認証基盤) where there is one.

A directory (LDAP) answers one question, who a name and a password stand for, with a staff number; a provider (OpenID Connect)
asks for the password itself and answers with one (`provider_sign_in`). What he may do, where and
until when is said by his account here and by nothing else; without an account here nobody gets in.
"""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from flask import current_app

from app.config import Settings
from app.domain.directory import DirectoryProblem, bind_request, is_right, length_of
from app.domain.transfers import STAFF_ID
from app.operations.password_hashes import password_fits

ANSWERS_WITHIN = 5.0
PORT = 636
UNREACHABLE = (
    "市の認証基盤に接続できないため、いまは確認できません。しばらく待っても続くときは、情報政策課へご連絡ください。"
    "何も保存していません。"
)
NOT_HERE = "パスワードは市の認証基盤で管理しています。変更・再設定は、市の認証基盤で行ってください。"


class DirectoryUnreachable(Exception):
    """The city's directory gave no answer; nothing is known about the password."""


class Directory(Protocol):
    """Where it is known who somebody is. Another kind of directory is another class with this method."""

    def who_is(self, name: str, password: str) -> str | None:
        """The staff number (職員ID) the pair stands for, None when it does not fit. Raises DirectoryUnreachable."""


@dataclass(frozen=True)
class LdapDirectory:
    """A directory that is asked by a simple bind over TLS (LDAPS). ``user`` makes the name it knows of a staff number."""

    host: str
    port: int
    user: str
    authorities: str = ""
    """A file with the certificates (PEM) that its own must come from; empty: those of the system."""

    def who_is(self, name: str, password: str) -> str | None:
        try:
            answer = self._ask(bind_request(self.user.replace("{id}", name), password))
            return name if is_right(answer) else None
        except (OSError, DirectoryProblem) as problem:
            # What was asked holds the password; only the kind of what went wrong goes on.
            raise DirectoryUnreachable(type(problem).__name__) from None

    def _ask(self, request: bytes) -> bytes:
        context = ssl.create_default_context(cafile=self.authorities or None)
        with (
            socket.create_connection((self.host, self.port), timeout=ANSWERS_WITHIN) as plain,
            context.wrap_socket(plain, server_hostname=self.host) as wire,
        ):
            wire.sendall(request)
            answer = b""
            while (whole := length_of(answer)) is None or len(answer) < whole:
                part = wire.recv(4096)
                if not part:
                    raise DirectoryProblem("a cut answer")
                answer += part
            return answer[:whole]


def is_local(staff_id: str) -> bool:
    """Whether an account's password is the one stored here: everybody's without a directory, beside one only those of the
    accounts that are kept for the day it cannot be reached."""
    settings = _settings()
    elsewhere = settings.directory_url or settings.openid_issuer
    return not elsewhere or staff_id in settings.directory_local_accounts


def is_at_provider(staff_id: str) -> bool:
    """Whether somebody proves who he is at the city's own sign-in page (`provider_sign_in`): he has no password here."""
    return bool(_settings().openid_issuer) and not is_local(staff_id)


def password_is_right(staff_id: str, known_hash: str | None, password: str, *, locked: bool = False) -> bool:
    """Whether the password is this account's. Raises DirectoryUnreachable.

    A ``locked`` account is not asked about elsewhere: guesses that end here must not lock the account there.
    """
    if is_local(staff_id):
        return password_fits(known_hash, password)
    if is_at_provider(staff_id) or locked or not password or STAFF_ID.fullmatch(staff_id) is None:
        return password_fits(None, password)
    return directory().who_is(staff_id, password) == staff_id


def directory() -> Directory:
    """The one of the settings; only where there is one."""
    settings = _settings()
    address = urlsplit(settings.directory_url)
    return LdapDirectory(
        address.hostname or "", address.port or PORT, settings.directory_user, settings.directory_authorities
    )  # fmt: skip


def _settings() -> Settings:
    settings: Settings = current_app.config["KAKANAI"]
    return settings
