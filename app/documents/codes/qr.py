"""QR codes (JIS X 0510, ISO/IEC 18004) of level M with one fixed mask: as readable as the best of eight, and an eighth of
the work."""

import re
from functools import cache

from app.documents.codes.problems import CodeRefused

MASK = 2
QUIET = 4
"""Modules of quiet zone that the standard asks for."""
_ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_CHECK_WORDS = (
    10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26,
    26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
)  # fmt: skip
"""Error correction words of each block of level M, by version from 1."""
_BLOCKS = (
    1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16,
    17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
)  # fmt: skip
"""Blocks of level M, by version from 1."""
_VERSIONS = 40
_RUN = re.compile(rb"\x01+")


def qr_modules(text: str, quiet: int = QUIET) -> tuple[int, list[tuple[int, int, int]]]:
    """The side of a QR code in modules, its quiet zone included, and the black runs: (column, row, length).

    Raises `CodeRefused` when the text is longer than the largest code holds.
    """
    size, modules = qr_matrix(text)
    runs = [
        (run.start() + quiet, row + quiet, run.end() - run.start())
        for row in range(size)
        for run in _RUN.finditer(modules[row * size : (row + 1) * size])
    ]
    return size + 2 * quiet, runs


def qr_matrix(text: str) -> tuple[int, bytes]:
    """The side of the code without quiet zone, and its modules row by row, 1 for black. Raises `CodeRefused`."""
    version, data = _data_words(text)
    size, template, places, mask = _frame(version)
    words = _with_checks(version, data)
    bits = int.from_bytes(words) << (len(places) - 8 * len(words)) ^ mask
    modules = bytearray(template)
    for place, bit in zip(places, format(bits, f"0{len(places)}b"), strict=True):
        if bit == "1":
            modules[place] = 1
    return size, bytes(modules)


def _data_words(text: str) -> tuple[int, bytes]:
    """The smallest version that holds the text, and its data words, padded."""
    if text.isascii() and text.isdigit():
        mode, counts, bits = 1, (10, 12, 14), _digit_bits(text)
        length = len(text)
    elif all(char in _ALPHANUMERIC for char in text):
        mode, counts, bits = 2, (9, 11, 13), _alphanumeric_bits(text)
        length = len(text)
    else:
        data = text.encode()
        mode, counts, bits = 4, (8, 16, 16), "".join(f"{byte:08b}" for byte in data)
        length = len(data)
    for version in range(1, _VERSIONS + 1):
        room = 8 * (_words(version) - _BLOCKS[version - 1] * _CHECK_WORDS[version - 1])
        count = counts[0 if version < 10 else 1 if version < 27 else 2]
        if 4 + count + len(bits) <= room and length < 1 << count:
            said = f"{mode:04b}{length:0{count}b}{bits}"
            said += "0" * min(4, room - len(said))
            said += "0" * (-len(said) % 8)
            padding = (room - len(said)) // 8
            return version, int(said, 2).to_bytes(len(said) // 8) + (b"\xec\x11" * padding)[:padding]
    raise CodeRefused("QRコードに入る長さを超えています。")


def _digit_bits(text: str) -> str:
    groups = [text[start : start + 3] for start in range(0, len(text), 3)]
    return "".join(format(int(group), f"0{(0, 4, 7, 10)[len(group)]}b") for group in groups)


def _alphanumeric_bits(text: str) -> str:
    values = [_ALPHANUMERIC.index(char) for char in text]
    pairs = [f"{45 * first + second:011b}" for first, second in zip(values[::2], values[1::2], strict=False)]
    return "".join(pairs) + (f"{values[-1]:06b}" if len(values) % 2 else "")


def _words(version: int) -> int:
    """How many words, data and error correction, a version holds."""
    modules = (16 * version + 128) * version + 64
    if version >= 2:
        aligned = version // 7 + 2
        modules -= (25 * aligned - 10) * aligned - 55
    if version >= 7:
        modules -= 36
    return modules // 8


def _with_checks(version: int, data: bytes) -> bytes:
    """Data words and error correction words of all blocks, interleaved."""
    count, degree = _BLOCKS[version - 1], _CHECK_WORDS[version - 1]
    short, longer = divmod(len(data), count)
    blocks, start = [], 0
    for index in range(count):
        end = start + short + (index >= count - longer)
        blocks.append(data[start:end])
        start = end
    checks = [_check_words(block, degree) for block in blocks]
    words = bytearray()
    for place in range(short + 1):
        words += bytes(block[place] for block in blocks if place < len(block))
    for place in range(degree):
        words += bytes(check[place] for check in checks)
    return bytes(words)


def _check_words(block: bytes, degree: int) -> bytes:
    """The remainder of the block divided by the Reed-Solomon generator of a degree."""
    table, rest, top = _generator(degree), 0, 8 * (degree - 1)
    low = (1 << top) - 1
    for byte in block:
        rest = ((rest & low) << 8) ^ table[byte ^ rest >> top]
    return rest.to_bytes(degree)


@cache
def _generator(degree: int) -> tuple[int, ...]:
    """The generator polynomial of a degree times each of the 256 elements of the field, as one number each."""
    powers, value = [], 1
    for _ in range(255):
        powers.append(value)
        value = value << 1 ^ (0x11D if value & 0x80 else 0)
    logs = {power: exponent for exponent, power in enumerate(powers)}

    def times(one: int, other: int) -> int:
        return powers[(logs[one] + logs[other]) % 255] if one and other else 0

    factors = [1]
    for exponent in range(degree):
        root = powers[exponent]
        shifted, scaled = [*factors, 0], [0, *(times(factor, root) for factor in factors)]
        factors = [one ^ other for one, other in zip(shifted, scaled, strict=True)]
    return tuple(
        int.from_bytes(bytes(times(factor, element) for factor in factors[1:])) for element in range(256)
    )


@cache
def _frame(version: int) -> tuple[int, bytes, tuple[int, ...], int]:
    """What all codes of a version share: side, fixed modules, the places of the bits in their order, the mask over them."""
    size = 17 + 4 * version
    grid: list[list[int | None]] = [[None] * size for _ in range(size)]
    _draw_fixed(grid, version)
    places = _places(grid)
    mask = int("".join("1" if place % size % 3 == 0 else "0" for place in places), 2)
    return size, bytes(module or 0 for row in grid for module in row), tuple(places), mask


def _draw_fixed(grid: list[list[int | None]], version: int) -> None:
    size = len(grid)
    for index in range(size):
        grid[6][index] = grid[index][6] = 1 - index % 2
    for row, column in ((3, 3), (3, size - 4), (size - 4, 3)):
        for down in range(-4, 5):
            for across in range(-4, 5):
                if 0 <= row + down < size and 0 <= column + across < size:
                    grid[row + down][column + across] = int(max(abs(down), abs(across)) not in (2, 4))
    centres = _alignment(version)
    corners = {(6, 6), (6, size - 7), (size - 7, 6)}
    for row, column in ((row, column) for row in centres for column in centres):
        if (row, column) in corners:
            continue
        for down in range(-2, 3):
            for across in range(-2, 3):
                grid[row + down][column + across] = int(max(abs(down), abs(across)) != 1)
    _draw_format(grid)
    if version >= 7:
        bits = _remainder(version, 12, 0x1F25)
        for index in range(18):
            one, other = index // 3, size - 11 + index % 3
            grid[one][other] = grid[other][one] = bits >> index & 1


def _draw_format(grid: list[list[int | None]]) -> None:
    """Level and mask, twice (level M is 00)."""
    size = len(grid)
    bits = [(_remainder(MASK, 10, 0x537) ^ 0x5412) >> index & 1 for index in range(15)]
    around = [(index, 8) for index in range(6)] + [(7, 8), (8, 8), (8, 7)]
    around += [(8, 14 - index) for index in range(9, 15)]
    apart = [(8, size - 1 - index) for index in range(8)] + [(size - 15 + index, 8) for index in range(8, 15)]
    for bit, (row, column), (row_2, column_2) in zip(bits, around, apart, strict=True):
        grid[row][column] = grid[row_2][column_2] = bit
    grid[size - 8][8] = 1


def _remainder(value: int, length: int, polynomial: int) -> int:
    """A value followed by its error correction bits."""
    rest = value
    for _ in range(length):
        rest = rest << 1 ^ (rest >> (length - 1)) * polynomial
    return value << length | rest


def _alignment(version: int) -> list[int]:
    if version == 1:
        return []
    count, size = version // 7 + 2, 17 + 4 * version
    step = (version * 8 + count * 3 + 5) // (count * 4 - 4) * 2
    return [6, *(size - 7 - index * step for index in reversed(range(count - 1)))]


def _places(grid: list[list[int | None]]) -> list[int]:
    """The free modules in the order of the bits: two columns at a time from the right, up and down in turn."""
    size, places, upwards = len(grid), [], True
    for right in [*range(size - 1, 6, -2), *range(5, 0, -2)]:
        for step in range(size):
            row = size - 1 - step if upwards else step
            places += [row * size + column for column in (right, right - 1) if grid[row][column] is None]
        upwards = not upwards
    return places
