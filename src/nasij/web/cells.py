"""The cells of a sheet as text: CSV or XLSX bytes, read in memory, without a temporary file.

A file may be hostile: what is unpacked, the place of the furthest cell and the length of repeated strings are bounded before
a decoder sees them, since one cell at XFD1048576 is enough to make a decoder of dense sheets ask for half a terabyte and end
the process. Of an XLSX package only the parts that hold cells are unpacked; they are checked by a strict parser and packed
anew, so that the decoder finds exactly what was checked.

Cells are text from here on: a formula is never looked at as one.
"""

import csv
import datetime
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Any
from xml.parsers import expat

import python_calamine

from nasij.errors import Malformed
from nasij.kit.field import mark
from nasij.text import clean

RAW_MAX = 5_000_000  # bytes of the file
ROWS_MAX = 25_000
COLUMNS_MAX = 60
CELL_MAX = 4_000  # characters; a longer cell is returned longer, so that the reader can say so
TITLE_ROWS = 10  # a title or a note may stand above the headings
_UNPACKED_MAX = 64_000_000  # bytes of all parts of an XLSX file that are read
_CELLS_MAX = 2_000_000  # of the rectangle from the first to the last filled cell
_SHARED_MAX = 40_000_000  # characters of shared strings, counted as often as they are used
_PARTS_MAX = 2_000
_TAGS_MAX = 7_000_000  # in all sheets together: a few seconds of checking

TOO_BIG = mark("This file is too large. At most 5 megabytes can be read.")
TOO_MANY_ROWS = mark("This sheet is too long. At most %(count)d rows can be read.")
TOO_MANY_COLUMNS = mark("This sheet is too wide. At most %(count)d columns can be read.")
NOT_A_SHEET = mark("This file cannot be read as a sheet.")
NOT_A_SHEET_ADVICE = mark("Open it in the program it was made with and save it as CSV or XLSX, without a password.")
EMPTY = mark("There is nothing in this sheet.")

Cells = list[tuple[int, list[str]]]  # row number in the file, from 1, and its cells; empty rows are not in it


def read_cells(raw: bytes) -> Cells:
    """Return the filled rows of a CSV or XLSX file, without empty cells at their ends; raises `Malformed`."""
    if len(raw) > RAW_MAX:
        raise Malformed(TOO_BIG)
    cells = _xlsx_cells(raw) if raw.startswith((b"PK\x03\x04", b"PK\x05\x06")) else _csv_cells(raw)
    if not cells:
        raise Malformed(EMPTY)
    return cells


# --- CSV ------------------------------------------------------------------------------------------------------------


def _csv_cells(raw: bytes) -> Cells:
    text = _decoded(raw)
    if raw.startswith(b"%PDF-") or re.search(r"[\x00-\x08\x0e-\x1f]", text):
        raise Malformed(NOT_A_SHEET, advice=NOT_A_SHEET_ADVICE)
    head, _, rest = text.partition("\n")
    told = re.fullmatch(r"\"?sep=(.)\"?\s*", head)  # how spreadsheets note the separator
    separator, skipped = (told.group(1), 1) if told else (_separator(text), 0)
    lines = csv.reader(io.StringIO(rest if told else text, newline=""), delimiter=separator)
    try:
        return _bounded((lines.line_num + skipped, cells) for cells in lines)
    except csv.Error:
        raise Malformed(NOT_A_SHEET, advice=NOT_A_SHEET_ADVICE) from None


def _decoded(raw: bytes) -> str:
    """Return the text of a CSV file: UTF-8, UTF-16 or Windows-1256, which has the French letters too."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace").lstrip("\ufeff")
    even, odd = raw[0:4000:2].count(0), raw[1:4000:2].count(0)
    if min(even, odd) == 0 and max(even, odd) * 40 > len(raw[:4000]) and len(raw) % 2 == 0:
        return raw.decode("utf-16-le" if odd > even else "utf-16-be", "replace")
    text = raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    broken = text.count("\ufffd")
    beyond = sum(1 for byte in raw[:100_000] if byte > 0x7F)
    return text.replace("\ufffd", "") if broken * 20 <= beyond else raw.decode("cp1256", "replace")


def _separator(text: str) -> str:
    """Return the separator that gives most of the first rows the same width."""
    best = (0, 0, ",")
    for rank, separator in enumerate((",", "\t", ";")):
        lines = csv.reader(io.StringIO(text[:20_000], newline=""), delimiter=separator)
        try:
            widths = [len(row) for row, _ in zip(lines, range(30), strict=False) if row]
        except csv.Error:
            continue
        common = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
        if common > 1:
            best = max(best, (widths.count(common) * 10 + min(common, 9), rank, separator))
    return best[2]


def _bounded(lines: Iterator[tuple[int, list[str]]]) -> Cells:
    """Clean every cell, drop empty rows, and stop at the limits."""
    cells: Cells = []
    seen: dict[str, str] = {}  # the same words come again and again
    for number, line in lines:
        if sum(1 for cell in line if cell and not cell.isspace()) > COLUMNS_MAX:
            raise Malformed(TOO_MANY_COLUMNS, count=COLUMNS_MAX)
        row = [_cleaned(cell, seen) for cell in line]
        while row and not row[-1]:
            row.pop()
        if row:
            cells.append((number, row))
        if len(cells) > ROWS_MAX + TITLE_ROWS:
            raise Malformed(TOO_MANY_ROWS, count=ROWS_MAX)
    return cells


def _cleaned(cell: str, seen: dict[str, str]) -> str:
    if not cell or cell.isspace():
        return ""
    if len(cell) > 100:
        return clean(cell[: CELL_MAX * 2], lines=True)
    if cell not in seen:
        seen[cell] = clean(cell, lines=True)
    return seen[cell]


# --- XLSX -----------------------------------------------------------------------------------------------------------

_WANTED = re.compile(
    r"xl/(workbook\.xml|_rels/workbook\.xml\.rels|styles\.xml|sharedStrings\.xml|worksheets/[^/]+\.xml)", re.IGNORECASE
)
_ROOT = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>'
    b"</Relationships>"
)
_PLACE_OF_CELL = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")


def _xlsx_cells(raw: bytes) -> Cells:
    try:
        parts = _parts(raw)
        shared = _shared_lengths(parts)
        for name, part in parts.items():
            if name.lower().startswith("xl/worksheets/"):
                _Bounds(shared).check(part)
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(_packed(parts)))
        return _first_filled(book)
    except (
        *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError, ValueError, OSError),
        *(expat.ExpatError, python_calamine.CalamineError, RecursionError),
    ):
        raise Malformed(NOT_A_SHEET, advice=NOT_A_SHEET_ADVICE) from None


def _parts(raw: bytes) -> dict[str, bytes]:
    """Unpack the parts that hold cells, and nothing else: no macro, no author, no comment, no picture."""
    parts: dict[str, bytes] = {}
    left = _UNPACKED_MAX
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        if len(package.infolist()) > _PARTS_MAX:
            raise Malformed(NOT_A_SHEET, advice=NOT_A_SHEET_ADVICE)
        for entry in package.infolist():
            if not _WANTED.fullmatch(entry.filename) or entry.filename in parts:
                continue
            with package.open(entry) as part:
                body = part.read(left + 1)
            left -= len(body)
            if left < 0:
                raise Malformed(TOO_MANY_ROWS, count=ROWS_MAX)
            parts[entry.filename] = body
    if sum(body.count(b"<") for body in parts.values()) > _TAGS_MAX:
        raise Malformed(TOO_MANY_ROWS, count=ROWS_MAX)
    return parts


def _packed(parts: Mapping[str, bytes]) -> bytes:
    """Pack what was checked anew, so that the next reader of the package finds exactly this and no second table."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as package:
        package.writestr("_rels/.rels", _ROOT)
        for name, body in parts.items():
            package.writestr(name, body)
    return packed.getvalue()


def _parse(part: bytes, start: Any, end: Any = None, words: Any = None) -> None:
    """Run a strict parser over one part; a document type or another encoding than UTF-8 is refused."""

    def refuse(*_: Any) -> None:
        raise ValueError("a document type")

    def declared(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in ("utf-8", "us-ascii"):
            raise ValueError("another encoding")

    if b"\0" in part:
        raise ValueError("another encoding")
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.XmlDeclHandler = declared
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = words
    parser.Parse(part, True)


def _shared_lengths(parts: Mapping[str, bytes]) -> list[int]:
    """Return the length of each shared string, in characters."""
    lengths: list[int] = []

    def start(name: str, _: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "si":
            lengths.append(0)

    def words(text: str) -> None:
        if lengths:
            lengths[-1] += len(text)

    for name, part in parts.items():
        if name.lower() == "xl/sharedstrings.xml":
            _parse(part, start, words=words)
    return lengths


class _Bounds:
    """Follows the cells of one sheet as the decoder will, and refuses one that would need too much memory."""

    def __init__(self, shared: list[int]) -> None:
        self.shared = shared
        self.longest = max(shared, default=0)
        self.row = self.column = 0  # where a cell without a place stands
        self.at = (0, 0)
        self.is_shared = False
        self.index = ""
        self.spent = 0
        self.box: list[int] = []  # first and last row, first and last column of filled cells

    def check(self, part: bytes) -> None:
        """Raise `Malformed` if the sheet is too large, `ValueError` if it is no sheet."""
        _parse(part, self.start, self.end, self.words)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "row":
            self.row = int(attributes["r"]) - 1 if "r" in attributes else self.row
            self.column = 0
        elif name == "c":
            place = _PLACE_OF_CELL.fullmatch(attributes.get("r", "A1"))
            if place is None:
                raise ValueError("a cell without a place")
            row, column = self.row, self.column
            if "r" in attributes:
                row, column = int(place.group(2)) - 1, _column_of(place.group(1))
            self.at, self.column = (row, column), column + 1
            self.is_shared = attributes.get("t") == "s"
        elif name in ("v", "is", "f", "t"):
            self.index = ""
            self.fill()

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name == "row":
            self.row, self.column = self.row + 1, 0
        elif name == "v" and self.is_shared:
            index = int(self.index or 0)
            self.spent += self.shared[index] if 0 <= index < len(self.shared) else self.longest
            if self.spent > _SHARED_MAX:
                raise Malformed(TOO_MANY_ROWS, count=ROWS_MAX)

    def words(self, text: str) -> None:
        if self.is_shared and len(self.index) < 20:
            self.index += text

    def fill(self) -> None:
        row, column = self.at
        box = self.box or [row, row, column, column]
        self.box = [min(box[0], row), max(box[1], row), min(box[2], column), max(box[3], column)]
        if (self.box[1] - self.box[0] + 1) * (self.box[3] - self.box[2] + 1) > _CELLS_MAX:
            raise Malformed(TOO_MANY_ROWS, count=ROWS_MAX)


def _column_of(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def _first_filled(book: Any) -> Cells:
    """Return the cells of the first sheet that is shown and not empty."""
    for found in book.sheets_metadata:
        if found.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        if found.visible != python_calamine.SheetVisibleEnum.Visible:
            continue
        sheet = book.get_sheet_by_name(found.name)
        first = sheet.start or (0, 0)
        rows = [[_text(value) for value in row] for row in sheet.to_python()]
        _fill_merged(rows, sheet.merged_cell_ranges or [], first)
        cells = _bounded((first[0] + i + 1, row) for i, row in enumerate(rows))
        if cells:
            return cells
    return []


def _fill_merged(rows: list[list[str]], ranges: list[Any], first: tuple[int, int]) -> None:
    """Repeat the value of cells merged downwards, as people mean it; a title merged across stays where it is."""
    left = _CELLS_MAX // 10
    for (top, column), (bottom, last) in ranges:
        row, place = top - first[0], column - first[1]
        if column != last or not 0 <= row < len(rows) or not 0 <= place < len(rows[row]):
            continue
        for below in range(row + 1, min(bottom - first[0] + 1, len(rows), row + 1 + left)):
            left -= 1
            rows[below][place] = rows[below][place] or rows[row][place]


def _text(value: Any) -> str:
    """Return a cell as somebody would have typed it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else f"{value:.15g}"
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ", "minutes")
    return str(value)
