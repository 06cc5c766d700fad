"""Blocks that several forms share, put into a form when its file is read: a head, an applicant's box, a bank account.

`{"type": "use", "block": "applicant", "x": 0, "y": 34, "who": "subject"}` among the elements of a base stands for the elements
of `blocks/applicant.json`, moved by x and y millimetres, with `$who` in their texts replaced. What is stored with a version
of the content are the elements themselves, so a block that changes later changes no form already in use.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.documents.reading import LARGEST_DEFINITION, DefinitionProblem, DefinitionsRefused

FOLDER = "blocks"
DEEPEST = 4
_PARAMETER = re.compile(r"\$([a-z_]+)")
_MOVED = {"x": "x", "x1": "x", "x2": "x", "y": "y", "y1": "y", "y2": "y"}


def expand_blocks(data: object, file: str, folder: Path) -> object:
    """A form's JSON with the elements of the blocks it uses; everything else as it stands.

    Raises `DefinitionsRefused` naming a block or parameter that does not exist.
    """
    if not isinstance(data, Mapping) or not isinstance(base := data.get("base"), Mapping):
        return data
    elements = base.get("elements")
    if not isinstance(elements, list):
        return data
    expander = _Expander(file, folder / FOLDER)
    return {**data, "base": {**base, "elements": expander.expand(elements, 0)}}


class _Expander:
    def __init__(self, file: str, folder: Path) -> None:
        self._file, self._folder = file, folder

    def expand(self, elements: list[Any], depth: int) -> list[Any]:
        found: list[Any] = []
        for index, element in enumerate(elements):
            if isinstance(element, Mapping) and element.get("type") == "use":
                found.extend(self._block(element, f"base.elements[{index}]", depth))
            else:
                found.append(element)
        return found

    def _block(self, use: Mapping[str, Any], place: str, depth: int) -> list[Any]:
        name = use.get("block")
        path = self._folder / f"{name}.json"
        if depth >= DEEPEST:
            raise self._refused(place, f"部品「{name}」の入れ子が深すぎます（{DEEPEST}段まで）。")
        if not isinstance(name, str) or not re.fullmatch(r"[a-z0-9_]+", name) or not path.is_file():
            raise self._refused(
                place, f"部品「{name}」がありません（フォルダー {FOLDER} を確認してください）。"
            )
        block = read_json(path)
        if not isinstance(block, Mapping) or not isinstance(block.get("elements"), list):
            raise self._refused(place, f"部品「{name}」に elements がありません。")
        values = dict(block.get("parameters") or {})
        x, y = use.get("x", 0), use.get("y", 0)
        if not all(isinstance(value, int | float) for value in (x, y)):
            raise self._refused(place, f"部品「{name}」の x と y は数値（mm）です。")
        for key, value in use.items():
            if key in ("type", "block", "x", "y") or key.startswith("//"):
                continue
            if key not in values:
                raise self._refused(f"{place}.{key}", f"部品「{name}」にこの項目はありません。")
            values[key] = value
        moved = [self._moved(self._filled(item, values, place), x, y) for item in block["elements"]]
        return self.expand(moved, depth + 1)

    def _filled(self, item: Any, values: Mapping[str, Any], place: str) -> Any:
        """The parameters in every text; a text that is nothing but one parameter becomes its value, whatever its type."""
        if isinstance(item, Mapping):
            return {key: self._filled(value, values, place) for key, value in item.items()}
        if isinstance(item, list):
            return [self._filled(value, values, place) for value in item]
        if not isinstance(item, str):
            return item
        for name in _PARAMETER.findall(item):
            if name not in values:
                raise self._refused(place, f"部品の中の「${name}」に値がありません。")
        if whole := _PARAMETER.fullmatch(item):
            return values[whole[1]]
        return _PARAMETER.sub(lambda match: str(values[match[1]]), item)

    def _moved(self, item: Any, x: float, y: float) -> Any:
        if not isinstance(item, Mapping):
            return item
        by = {"x": x, "y": y}
        numbers = {
            key: round(item[key] + by[axis], 4)
            for key, axis in _MOVED.items()
            if isinstance(item.get(key), int | float)
        }
        if item.get("type") == "use":
            numbers = {axis: round(item.get(axis, 0) + by[axis], 4) for axis in by}
        return {**item, **numbers}

    def _refused(self, place: str, message: str) -> DefinitionsRefused:
        return DefinitionsRefused([DefinitionProblem(self._file, place, message)])


def read_json(path: Path) -> object:
    """The JSON of a file of a form's folder. Raises `DefinitionsRefused`."""

    def refuse(message: str) -> DefinitionsRefused:
        return DefinitionsRefused([DefinitionProblem(path.name, "", message)])

    if path.stat().st_size > LARGEST_DEFINITION:
        raise refuse(f"ファイルが大きすぎます（上限 {LARGEST_DEFINITION:,} バイト）。")
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise refuse(f"JSON として読めません（{error}）。") from error
