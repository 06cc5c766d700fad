"""What an official form never needs and what therefore ends the reading: things that act, and things that hide others."""

from collections.abc import Iterator
from typing import Any

from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from app.documents.bases.geometry import resolve
from app.documents.bases.model import PRINT_ANEW, BaseRefused

MOST_OBJECTS = 10_000
MOST_VALUES = 400_000
DEEPEST = 60

_ACTIONS = {
    "/JavaScript": "JavaScript（スクリプト）", "/Launch": "プログラムを起動する命令（Launch）",
    "/ImportData": "外のファイルを読み込む命令（ImportData）", "/GoToE": "埋め込みファイルを開く命令（GoToE）",
    "/Rendition": "動画や音声を再生する命令", "/RichMediaExecute": "動画や音声を再生する命令",
}  # fmt: skip
_MEDIA = frozenset({"/RichMedia", "/3D", "/Movie", "/Sound", "/Screen"})
# The tree of tags repeats the text for reading aloud; it can be large, holds no action, and is not taken over.
_NOT_FOLLOWED = frozenset({"/StructTreeRoot", "/ParentTree", "/Metadata", "/PieceInfo", "/SpiderInfo"})
_HARMLESS_OPENING = frozenset({"/GoTo"})


def refuse_danger(root: DictionaryObject) -> None:
    """Look at everything that can be reached from the catalog. Raises `BaseRefused`."""
    _check_catalog(root)
    for value in _everything(root):
        if isinstance(value, DictionaryObject):
            _check(value)


def _check_catalog(root: DictionaryObject) -> None:
    opening = resolve(root.get("/OpenAction"))
    if isinstance(opening, DictionaryObject) and resolve(opening.get("/S")) not in _HARMLESS_OPENING:
        raise _refused("開いたときに自動で行われる命令（OpenAction）")
    if "/Collection" in root:
        raise _refused("ほかのファイルを束ねる仕組み（PDF ポートフォリオ）")
    if _hides_layers(resolve(root.get("/OCProperties"))):
        raise BaseRefused(
            f"表示されていないレイヤーがあります。取り込むと見えないはずのものが印刷されるおそれがあります。{PRINT_ANEW}"
        )


def _check(value: DictionaryObject) -> None:
    action = resolve(value.get("/S"))
    if isinstance(action, str) and action in _ACTIONS:
        raise _refused(_ACTIONS[action])
    names = resolve(value.get("/Names"))
    for holder in (value, names if isinstance(names, DictionaryObject) else {}):
        if "/EmbeddedFiles" in holder:
            raise _refused("添付ファイル")
        if "/JavaScript" in holder and isinstance(resolve(holder.get("/JavaScript")), DictionaryObject):
            raise _refused(_ACTIONS["/JavaScript"])
    kind = resolve(value.get("/Type"))
    if "/EF" in value or kind == "/EmbeddedFile":
        raise _refused("添付ファイル")
    if "/XFA" in value:
        raise _refused("動く入力画面（XFA）")
    subtype = resolve(value.get("/Subtype"))
    if kind == "/Annot" and subtype in _MEDIA:
        raise _refused("動画・音声・立体図")
    if isinstance(value, StreamObject) and ("/F" in value or subtype == "/PS"):
        raise _refused("外のファイルや PostScript を使う部品")


def _refused(what: str) -> BaseRefused:
    return BaseRefused(f"PDF に{what}が含まれているため、取り込めません。{PRINT_ANEW}", what)


def _hides_layers(layers: Any) -> bool:
    if not isinstance(layers, DictionaryObject):
        return False
    shown = resolve(layers.get("/D"))
    if not isinstance(shown, DictionaryObject):
        return False
    hidden = resolve(shown.get("/OFF"))
    return resolve(shown.get("/BaseState")) == "/OFF" or bool(isinstance(hidden, ArrayObject) and hidden)


def _everything(root: DictionaryObject) -> Iterator[Any]:
    """Every value below `root`, each object once. Raises `BaseRefused` when there is too much of it."""
    waiting: list[tuple[Any, int]] = [(root, 0)]
    seen: set[tuple[int, int]] = set()
    values = 0
    while waiting:
        value, depth = waiting.pop()
        values += 1
        if isinstance(value, IndirectObject):
            key = (value.idnum, value.generation)
            if key in seen:
                continue
            seen.add(key)
            value, depth = value.get_object(), 0
        if len(seen) > MOST_OBJECTS or values > MOST_VALUES or depth > DEEPEST:
            raise BaseRefused.too_complex("objects")
        yield value
        if isinstance(value, DictionaryObject):
            waiting.extend((child, depth + 1) for key, child in dict.items(value) if key not in _NOT_FOLLOWED)
        elif isinstance(value, ArrayObject):
            waiting.extend(
                (child, depth + 1) for child in list(value) if isinstance(child, list | dict | IndirectObject)
            )
