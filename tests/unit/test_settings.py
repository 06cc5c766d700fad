"""A setting that does not fit stops the start, and the message says which one, where."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from app.config import (
    KEYS_FILE,
    LIMITS,
    SETTINGS_FILE,
    Settings,
    SettingsError,
    ensure_instance,
    load_settings,
)


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    ensure_instance(tmp_path)
    return tmp_path


def load(instance: Path, **environment: str) -> Settings:
    return load_settings({"KAKANAI_INSTANCE": str(instance), **environment})


def test_the_keys_that_were_made_are_read(instance: Path) -> None:
    keys = load(instance).keys
    assert len({keys.secret, keys.vault, keys.audit, keys.identity}) == 4


@pytest.mark.parametrize("value", ['"c2hvcnQ="', '"not base64!"', '""', "12", '"' + "A" * 88 + '"', '"ヰ"'])
def test_a_key_that_is_none_is_named(instance: Path, value: str) -> None:
    path = instance / KEYS_FILE
    lines = path.read_text().splitlines()
    path.write_text(
        "\n".join(f"vault = {value}" if line.startswith("vault") else line for line in lines),
        encoding="utf-8",
    )
    with pytest.raises(SettingsError, match=r"keys\.toml.*vault") as raised:
        load(instance)
    assert not value.strip('"') or value.strip('"') not in str(raised.value).replace("32バイト", "")


@pytest.mark.parametrize("name", [KEYS_FILE, SETTINGS_FILE])
@pytest.mark.parametrize("content", [b'vault = "c2VjcmV0\n', b"\xff\xfe\x00", b"= 1"])
def test_a_file_that_cannot_be_read_is_named(instance: Path, name: str, content: bytes) -> None:
    (instance / name).write_bytes(content)
    with pytest.raises(SettingsError, match=name.replace(".", r"\.")) as raised:
        load(instance)
    assert "c2VjcmV0" not in str(raised.value)


def test_every_number_has_its_bounds(instance: Path) -> None:
    defaults = load(instance)
    numbers = {one.name for one in fields(Settings) if type(getattr(defaults, one.name)) is int}
    assert numbers == set(LIMITS)
    for name, (least, greatest) in LIMITS.items():
        assert least <= getattr(defaults, name) <= greatest
        variable = f"KAKANAI_{name.upper()}"
        for value in (str(greatest + 1), "9" * 5000, "-1"):
            with pytest.raises(SettingsError, match=f"{name}|{variable}"):
                load(instance, **{variable: value})
        (instance / SETTINGS_FILE).write_text(f"{name} = {least - 1}\n")
        with pytest.raises(SettingsError, match=name):
            load(instance)
        (instance / SETTINGS_FILE).unlink()
        assert getattr(load(instance, **{variable: str(least)}), name) == least


def test_a_sign_in_page_is_set_whole_or_the_server_does_not_start(instance: Path) -> None:
    (instance / "secret").write_text("a secret\n", encoding="ascii")
    right = {
        "openid_issuer": "https://sso.city.local/realms/city", "openid_client": "kakanai", "openid_secret_file": "secret",
        "openid_return": "https://madoguchi.city.local/login/provider/back", "directory_local_accounts": "hijou-01",
    }  # fmt: skip

    def start(**change: str) -> Settings:
        return load(instance, **{f"KAKANAI_{name.upper()}": text for name, text in (right | change).items()})

    assert start().openid_secret == "a secret"
    wrong = {
        "openid_issuer": ["http://sso.city.local", "https://sso.city.local/", "https://a@sso.city.local", "sso"],
        "openid_return": ["", "https://madoguchi.city.local/", "http://madoguchi.city.local/login/provider/back"],
        "openid_user": ["", "{id}{id}"], "openid_client": [""], "openid_claim": [""],
        "openid_secret_file": ["", "missing"], "directory_local_accounts": [""], "directory_url": ["ldaps://ad.city.local"],
    }  # fmt: skip
    for name, texts in wrong.items():
        for text in texts:
            with pytest.raises(SettingsError, match=name):
                start(**{name: text})
