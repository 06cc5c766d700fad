"""An uploaded file opened as a PDF: what kind of file it is, whether it is locked or cut off, and its pages with what they inherit."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from app.documents.bases.geometry import resolve
from app.documents.bases.model import MOST_PAGES, PRINT_ANEW, BaseRefused

LOCKED = (
    "この PDF には編集を制限する設定がありました。開くのにパスワードは要らないため取り込みましたが、"
    "市が公式に配っている様式か確かめてください。"
)
_KINDS = (
    (b"\x89PNG", "PNG 画像"), (b"\xff\xd8\xff", "JPEG 画像"), (b"GIF8", "GIF 画像"), (b"BM", "BMP 画像"),
    (b"II*\0", "TIFF 画像"), (b"MM\0*", "TIFF 画像"),
    (b"PK\x03\x04", "Word・Excel などの文書か ZIP ファイル"), (b"\xd0\xcf\x11\xe0", "古い形式の Word・Excel などの文書"),
    (b"{\\rtf", "リッチテキスト"), (b"%!PS", "PostScript"), (b"MZ", "プログラム"), (b"\x7fELF", "プログラム"),
    (b"<", "HTML か XML"),
)  # fmt: skip
_INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
_MOST_NODES, _DEEPEST = 2000, 40


@dataclass(frozen=True)
class Opened:
    """A PDF that could be opened, and whether it restricts what may be done with it."""

    reader: PdfReader
    locked: bool


def open_pdf(data: bytes) -> Opened:
    """Raises `BaseRefused`."""
    if b"%PDF-" not in data[:1024]:
        raise BaseRefused(
            f"読み取ったファイルは PDF ではありません（{_kind(data)}）。"
            "PDF で保存し直したファイルを選んでください。"
        )
    if b"%%EOF" not in data[-4096:]:
        raise BaseRefused(
            "PDF の終わりがありません。ダウンロードや複写が途中で切れたようです。ファイルを入手し直してください。"
        )
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if not reader.is_encrypted:
            return Opened(reader, locked=False)
        opened = bool(reader.decrypt(""))
    except Exception as error:  # unknown ways of locking fail in many kinds
        if b"/Encrypt" not in data or isinstance(error, RecursionError | MemoryError):
            raise
        raise BaseRefused(
            f"PDF が読み取れない方法で暗号化されています。暗号化を外した PDF を入手してください。{PRINT_ANEW}",
            type(error).__name__,
        ) from error
    if not opened:
        raise BaseRefused("PDF を開くのにパスワードが必要です。パスワードを外した PDF を取り込んでください。")
    return Opened(reader, locked=True)


def list_pages(reader: PdfReader) -> list[DictionaryObject]:
    """The pages in their order, with inherited entries filled in. Raises `BaseRefused`."""
    pages = []
    for page in _walk(reader.root_object.get("/Pages")):
        pages.append(page)
        if len(pages) > MOST_PAGES:
            raise _too_many_pages()
    if not pages:
        raise BaseRefused("PDF にページがありません。ファイルを確認してください。")
    return pages


def _walk(root: Any) -> Iterator[DictionaryObject]:
    waiting: list[tuple[Any, dict[str, Any], int]] = [(root, {}, 0)]
    seen: set[tuple[int, int]] = set()
    nodes = 0
    while waiting:
        node, inherited, depth = waiting.pop()
        nodes += 1
        if nodes > _MOST_NODES or depth > _DEEPEST:
            raise BaseRefused.too_complex("page tree")
        if isinstance(node, IndirectObject):
            if (node.idnum, node.generation) in seen:
                raise BaseRefused.unreadable("the page tree meets itself")
            seen.add((node.idnum, node.generation))
        node = resolve(node)
        if not isinstance(node, DictionaryObject):
            continue
        inherited = {**inherited, **{key: node.raw_get(key) for key in _INHERITED if key in node}}
        children = resolve(node.get("/Kids"))
        if not isinstance(children, ArrayObject):
            yield _with(node, inherited)
        elif len(children) > _MOST_NODES:
            raise _too_many_pages()
        else:
            waiting.extend((child, inherited, depth + 1) for child in reversed(list(children)))


def _with(page: DictionaryObject, inherited: dict[str, Any]) -> DictionaryObject:
    whole = DictionaryObject(dict.items(page))
    whole.update(inherited)
    return whole


def _too_many_pages() -> BaseRefused:
    return BaseRefused(
        f"PDF に{MOST_PAGES}ページを超えるページがあります。様式に使うページだけを取り出してください。"
    )


def _kind(data: bytes) -> str:
    head = data.lstrip()[:16]
    for sign, name in _KINDS:
        if head.startswith(sign):
            return name
    return "種類の分からないファイル"
