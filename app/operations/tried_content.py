"""The contents that can be tried: every published version and every draft, each by a short name that goes into addresses."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from app.data import content
from app.domain.authority import Actor
from app.domain.content import ContentPack
from app.domain.content_check import check_content
from app.domain.errors import Invalid, NotFound, Refused
from app.domain.example_content import Example
from app.intake.content_pack import pack_to_json
from app.operations import packs

VERSION = "version"
DRAFT = "draft"
ONLY_DRAFTS = "世帯例は、編集中の下書きでだけ変えられます。下書きを選ぶか、新しく作ってください。"
GONE = "この業務定義は見つかりません。画面を開き直してください。"


@dataclass(frozen=True)
class TriedContent:
    """A content as it is tried: `source` names it (``version-3``, ``draft-…``), `digest` what it holds at this moment."""

    source: str
    title: str
    raw: ContentPack
    digest: str

    @property
    def pack(self) -> ContentPack:
        """The pack to work with: settings stand where they are named."""
        return self.raw.settled


def find(source: str) -> TriedContent | None:
    """The content of that name, or None when there is none."""
    kind, _, name = source.partition("-")
    try:
        if kind == VERSION and name.isdecimal():
            return _made(source, _version_title(source), packs.published(int(name)).source)
    except NotFound:
        return None
    return None


def get(source: str) -> TriedContent:
    """The content of that name. Raises NotFound."""
    found = find(source)
    if found is None:
        raise NotFound(GONE)
    return found


def in_force() -> str:
    """The name of the version new cases are opened with. Raises NotFound before the first publication."""
    version = content.current_version_id()
    if version is None:
        raise NotFound("業務定義がまだ公開されていません。情報政策課へご連絡ください。")
    return f"{VERSION}-{version}"


@dataclass(frozen=True)
class Choice:
    """A content as it is offered."""

    source: str
    title: str


def list_choices() -> list[Choice]:
    """The contents to choose from: drafts first, then the version in force."""
    current = in_force()
    return [Choice(current, f"{_version_title(current)}（公開中）")]


def titles() -> dict[str, str]:
    """What the contents that can be tried are called, by name."""
    return {one.source: one.title for one in list_choices()}


def can_change(source: str) -> bool:
    """Whether examples of a content can be changed: of a draft that is being edited."""
    return False


def starts_on(source: str) -> date | None:
    """The last day on which something new of a content begins to be valid, when it is still to come; None otherwise."""
    return None


def add_example(source: str, example: Example, actor: Actor) -> None:
    raise Refused(ONLY_DRAFTS)


def change_example(source: str, example: Example, actor: Actor, event: str) -> None:
    raise Refused(ONLY_DRAFTS)


def _version_title(source: str) -> str:
    return f"第{source.removeprefix(f'{VERSION}-')}版"


def get_sound(source: str) -> TriedContent:
    """The content of that name, if its tables mean something. Raises NotFound; Invalid when something is wrong in them."""
    content = get(source)
    problems = check_content(content.raw)
    if problems:
        raise Invalid(
            f"この下書きには直すところが{len(problems)}件あるため、試せません。最初の1件: {problems[0]}"
        )
    return content


def digest_of(pack: ContentPack) -> str:
    """What a pack holds, as a short text: the same for the same rows."""
    return hashlib.sha256(pack_to_json(pack).encode()).hexdigest()


def _made(source: str, title: str, pack: ContentPack) -> TriedContent:
    return TriedContent(source, title, pack, digest_of(pack))
