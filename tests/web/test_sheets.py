"""Sheets: what groups keep in a spreadsheet arrives as rows, people's identity does not, and hostile files do no harm."""

import io
import struct
import time
import tracemalloc
import zipfile
import zlib
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nasij.errors import Malformed
from nasij.web import cells as grid
from nasij.web import sheets
from nasij.web.sheets import apply, read, suggest

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def letters(column):
    return (chr(64 + column // 26) if column >= 26 else "") + chr(65 + column % 26)


def cell(row, column, value):
    place = f"{letters(column)}{row}"
    if isinstance(value, bytes):  # written as it is
        return value.decode()
    if isinstance(value, (int, float)):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>' if value else ""


def sheet_xml(rows, more=""):
    lines = [
        f'<row r="{n}">{"".join(cell(n, i, v) for i, v in enumerate(row))}</row>'
        for n, row in enumerate(rows, 1)
        if row
    ]
    return f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData>{more}</worksheet>'


def package(*xmls, shared=(), states=(), parts=(), compression=zipfile.ZIP_DEFLATED):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as z:
        names = "".join(
            f'<sheet name="S{i}" sheetId="{i}" {dict(enumerate(states, 1)).get(i, "")} r:id="r{i}"/>'
            for i in range(1, len(xmls) + 1)
        )
        z.writestr("xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{names}</sheets></workbook>')
        links = "".join(
            f'<Relationship Id="r{i}" Type="{LINKS}/worksheet" Target="worksheets/sheet{i}.xml"/>'
            for i in range(1, len(xmls) + 1)
        )
        z.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>',
        )
        z.writestr(
            "xl/styles.xml",
            f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
        )
        if shared:
            strings = "".join(f"<si><t>{escape(text)}</t></si>" for text in shared)
            z.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{strings}</sst>')
        for i, xml in enumerate(xmls, 1):
            z.writestr(f"xl/worksheets/sheet{i}.xml", xml)
        for name, body in parts:
            z.writestr(name, body)
    return made.getvalue()


def xlsx(rows, more=""):
    return package(sheet_xml(rows, more))


def test_arabic_headings_find_their_fields_and_people_are_left_out():
    raw = (
        "الاسم الكامل;رقم الهاتف;نوع المساعدة;الاحتياج;الأولوية;مطلوب قبل;الحي;عدد أفراد الأسرة;ملاحظات أمان;اللغات\n"
        "فلان;٠٧٠١٢٣٤٥٦٧;طعام;سلة خضار;عاجل;٢٤/١١/٢٠٢٦;الوسط;٤ أشخاص;بلا اتصال;عربي، كردي\n"
    ).encode()
    sheet = read(raw)
    assert sheet.kind == "needs"
    assert sheet.identity == {0, 1}
    assert dict(sheet.mapping) == {
        2: "kind",
        3: "what",
        4: "urgency",
        5: "needed_by",
        6: "area",
        7: "people",
        8: "conditions",
        9: "languages",
    }
    rows, problems = apply(sheet, sheet.mapping)
    assert problems == []
    assert rows == [
        {
            "kind": "food",
            "what": "سلة خضار",
            "urgency": "now",
            "needed_by": "2026-11-24",
            "area": "الوسط",
            "people": "4",
            "conditions": "بلا اتصال",
            "languages": "عربي, كردي",
        }
    ]


@pytest.mark.parametrize(
    ("head", "kind", "mapping", "identity"),
    [
        (
            "Name,Phone,Category,What is needed,Urgency,People",
            "needs",
            {2: "kind", 3: "what", 4: "urgency", 5: "people"},
            {0, 1},
        ),
        (
            "Nom,Téléphone,Catégorie,Besoin,Priorité,Quartier",
            "needs",
            {2: "kind", 3: "what", 4: "urgency", 5: "area"},
            {0, 1},
        ),
        (
            "Type,Offer,Quantity,Availability,Address",
            "offers",
            {0: "kind", 1: "what", 2: "quantity", 3: "availability"},
            {4},
        ),
        ("اسم المادة,الكمية,متى,المدينة", "offers", {0: "what", 1: "quantity", 2: "availability", 3: "area"}, set()),
        ("Pseudonyme,Compétence,Niveau,Courriel", "skills", {0: "alias", 1: "words", 2: "level"}, {3}),
        ("الاسم المستعار,المهارة,المستوى,جواز السفر", "skills", {0: "alias", 1: "words", 2: "level"}, {3}),
        ("E-mail,First name,Date of birth,National ID,Description", "needs", {4: "what"}, {0, 1, 2, 3}),
        ("رقم الهوية,العنوان,تاريخ الميلاد,الوصف", "needs", {3: "what"}, {0, 1, 2}),
    ],
)
def test_headings_in_three_languages(head, kind, mapping, identity):
    sheet = read((head + "\n" + ",".join("x" * len(head.split(","))) + "\n").encode())
    assert (sheet.kind, dict(sheet.mapping), set(sheet.identity)) == (kind, mapping, identity)


def test_columns_that_look_like_people_are_left_out_whatever_their_heading():
    raw = (
        "What,A,B,C,D,E,F\n"
        "rice,+961 70 123 456,a.b@example.org,33.8938; 35.5018,https://wa.me/1,RL 1234567,GB82 WEST 1234 5698 7654 32\n"
    )
    sheet = read(raw.replace(";", " ;").encode())
    assert sheet.identity == {1, 2, 3, 4, 5, 6}
    assert set(sheet.mapping) == {0}


def test_days_amounts_and_numbers_of_people_are_not_taken_for_phone_numbers():
    sheet = read(b"What,Needed by,Amount,People\nrice,2026-11-24,25000000,12\nbread,24/11/2026,3 000 000,7\n")
    assert sheet.identity == set()


def test_a_column_of_people_can_be_chosen_all_the_same():
    sheet = read(b"Name,Skill\nAmber,sewing\n")
    rows, _ = apply(sheet, {0: "alias", 1: "words"})
    assert rows == [{"alias": "Amber", "words": "sewing"}]


def test_what_is_not_mapped_is_not_there():
    sheet = read("الاسم,الاحتياج\nسر,دواء\n".encode())
    rows, problems = apply(sheet, {1: "what", 7: "area", -1: "area", 0: "name"})
    assert rows == [{"what": "دواء"}]
    assert "سر" not in repr((rows, problems))


def test_a_number_inside_a_text_is_pointed_out():
    sheet = read("الاحتياج\nدواء، الاتصال على ٠٧٠ ١٢٣ ٤٥٦٧\nخبز\n".encode())
    rows, problems = apply(sheet, sheet.mapping)
    assert len(rows) == 2
    assert problems == [(2, "الاحتياج", sheets.LOOKS_PRIVATE)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators(encoding, separator):
    raw = f"النوع{separator}الاحتياج\r\nطعام{separator}زيت وسكر\r\n".encode(encoding)
    sheet = read(raw)
    assert sheet.columns == ("النوع", "الاحتياج")
    assert sheet.rows == (("طعام", "زيت وسكر"),)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark(encoding):
    assert read("need,area\nrice,north\n".encode(encoding)).rows == (("rice", "north"),)


def test_french_letters_of_windows():
    assert read("Besoin;Priorité\nété;élevé\n".encode("cp1252")).columns == ("Besoin", "Priorité")


def test_one_broken_byte_does_not_spoil_an_arabic_file():
    raw = "الاحتياج,المنطقة\n".encode() + "زيت وسكر وخبز وطحين,الوسط".encode() + b"\xff\n"
    assert read(raw).rows == (("زيت وسكر وخبز وطحين", "الوسط"),)


def test_a_separator_that_the_file_names():
    assert read(b"sep=|\nneed|area\nrice|north\n").rows == (("rice", "north"),)


def test_quoted_cells_keep_commas_and_lines():
    sheet = read(b'need,area\n"rice, oil\nand salt",north\n')
    assert sheet.rows == (("rice, oil\nand salt", "north"),)
    assert apply(sheet, {0: "what", 1: "area"})[0][0]["what"] == "rice, oil\nand salt"


def test_empty_rows_and_columns_are_dropped_and_row_numbers_stay():
    sheet = read(b"need,,area,\n,,,\nrice,,north,\n   ,\t,,\nsalt,,,\n")
    assert sheet.columns == ("need", "area")
    assert sheet.rows == (("rice", "north"), ("salt", ""))
    assert sheet.numbers == (3, 5)


def test_a_title_above_the_headings_is_passed_over_and_tells_the_kind():
    sheet = read("عروض المساعدة,,\n,,\nالنوع,الوصف,المنطقة\nنقل,سيارة,الوسط\n".encode())
    assert sheet.columns == ("النوع", "الوصف", "المنطقة")
    assert sheet.kind == "offers"


def test_a_column_without_a_heading_has_its_letter():
    assert read(b"need,,area\nrice,white,north\n").columns == ("need", "B", "area")


def test_another_kind_has_another_mapping():
    sheet = read(b"Type,Description,Quantity,Urgency\nfood,rice,2,now\n")
    assert suggest(sheet, "needs") == {0: "kind", 1: "what", 3: "urgency"}
    assert suggest(sheet, "offers") == {0: "kind", 1: "what", 2: "quantity"}
    assert suggest(sheet, "skills") == {1: "words"}


@pytest.mark.parametrize(
    ("field", "typed", "value", "sentence"),
    [
        ("needed_by", "٢٠٢٦-١١-٠٣", "2026-11-03", None),
        ("needed_by", "3.11.2026", "2026-11-03", None),
        ("needed_by", "11/23/2026", "2026-11-23", None),
        ("needed_by", "3 تشرين الثاني 2026", "2026-11-03", None),
        ("needed_by", "3 novembre 26", "2026-11-03", None),
        ("needed_by", "2026-11-03 00:00:00", "2026-11-03", None),
        ("needed_by", "46329", "2026-11-03", None),
        ("needed_by", "soon", "", sheets.NOT_A_DAY),
        ("needed_by", "31/2/2026", "", sheets.NOT_A_DAY),
        ("needed_by", "3 abc 2026", "", sheets.NOT_A_DAY),
        ("people", "۵", "5", None),
        ("people", "5.0", "", sheets.NOT_A_NUMBER),
        ("people", "4 adults", "4", None),
        ("people", "2 or 3", "", sheets.NOT_A_NUMBER),
        ("people", "-2", "", sheets.NOT_A_NUMBER),
        ("urgency", "غير عاجل", "open", None),
        ("urgency", "Cette semaine", "days", None),
        ("urgency", "within 2 weeks", "weeks", None),
        ("urgency", "hmm", "", sheets.NOT_URGENCY),
        ("level", "تعليم", "teaches", None),
        ("level", "Never", "never", None),
        ("level", "خبير", "does", None),
        ("level", "?", "", sheets.NOT_LEVEL),
        ("kind", "سلة غذائية", "food", None),
        ("kind", "Gardening", "Gardening", None),
        ("languages", "عربي، كردي/English", "عربي, كردي, English", None),
        ("area", " North \n side ", "North side", None),
    ],
)
def test_cells_become_typed_text(field, typed, value, sentence):
    sheet = sheets.Sheet(("a", "b"), (("rice", typed),), (2,), "needs", {}, frozenset())
    rows, problems = apply(sheet, {0: "what", 1: field})
    assert rows == [{"what": "rice", field: value}]
    assert problems == ([(2, "b", sentence)] if sentence else [])


def test_a_row_that_does_not_say_what_it_is_about_is_left_out():
    sheet = read(b"need,area\nrice,north\n,south\n")
    rows, problems = apply(sheet, sheet.mapping)
    assert [row["area"] for row in rows] == ["north"]
    assert problems == [(3, "need", sheets.NO_WORDS)]


def test_a_sheet_without_a_column_that_says_what_is_refused():
    with pytest.raises(Malformed) as refused:
        apply(read(b"area,people\nnorth,2\n"), {0: "area"})
    assert refused.value.sentence == sheets.NO_WORDS_COLUMN


def test_two_columns_can_say_what():
    sheet = read(b"need,notes\nrice,two bags\n")
    assert apply(sheet, {0: "what", 1: "what"})[0] == [{"what": "rice\ntwo bags"}]


@pytest.mark.parametrize("evil", ['=cmd|"/c calc"!A1', "+1+1", "-2+3", "@SUM(A1)", "=HYPERLINK(A1)"])
def test_formulas_stay_text(evil):
    quoted = evil.replace('"', '""')
    for sheet in (read(f'need,area\n"{quoted}",north\n'.encode()), read(xlsx([["need", "area"], [evil, "north"]]))):
        assert sheet.rows == ((evil, "north"),)


def test_direction_tricks_and_control_characters_are_taken_out():
    assert read("need,area\nri\u202ece\u200b,no\u2066rth\n".encode()).rows == (("rice", "north"),)


def test_a_cell_that_is_too_long_is_cut_and_said():
    sheet = read(b"need,area\n" + b"x" * 9_000 + b",north\n")
    assert len(sheet.rows[0][0]) == grid.CELL_MAX
    assert (2, "need", sheets.CELL_TOO_LONG) in apply(sheet, sheet.mapping)[1]


def refused_with(raw):
    with pytest.raises(Malformed) as refused:
        read(raw)
    return refused.value.sentence


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", grid.EMPTY),
        (b"\n\n ,, \n", grid.EMPTY),
        (b"x" * (grid.RAW_MAX + 1), grid.TOO_BIG),
        (b"a,b\n" + b"1,2\n" * 25_011, grid.TOO_MANY_ROWS),
        (b",".join([b"x"] * 61) + b"\n", grid.TOO_MANY_COLUMNS),
        (b"x," * 2_000_000, grid.TOO_MANY_COLUMNS),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", grid.NOT_A_SHEET),
        (b"%PDF-1.7\n\x00\x01", grid.NOT_A_SHEET),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, grid.NOT_A_SHEET),
        (b"PK\x03\x04 and nothing more", grid.NOT_A_SHEET),
        (b'a,b\n"' + b"y" * 200_000, grid.NOT_A_SHEET),
    ],
)
def test_what_is_no_sheet_or_too_large_is_refused(raw, sentence):
    assert refused_with(raw) == sentence


def test_the_longest_sheet_that_is_allowed():
    assert len(read(b"need,area\n" + b"rice,north\n" * 25_000).rows) == 25_000
    assert refused_with(b"need,area\n" + b"rice,north\n" * 25_001) == grid.TOO_MANY_ROWS


def test_a_sheet_of_the_office_kind():
    rows = [
        ["احتياجات الشهر"],
        [],
        ["النوع", "الاحتياج", "مطلوب قبل", "عدد الأشخاص"],
        ["طعام", "زيت", b'<c r="C4" s="1"><v>46329</v></c>', 4],
        [],
        ["نقل", "سيارة", "", 2.5],
    ]
    sheet = read(xlsx(rows))
    assert sheet.columns == ("النوع", "الاحتياج", "مطلوب قبل", "عدد الأشخاص")
    assert sheet.rows == (("طعام", "زيت", "2026-11-03", "4"), ("نقل", "سيارة", "", "2.5"))
    assert sheet.numbers == (4, 6)
    assert sheet.kind == "needs"
    assert apply(sheet, sheet.mapping)[1] == [(6, "عدد الأشخاص", sheets.NOT_A_NUMBER)]


def test_kinds_of_office_cells():
    cells = (
        b'<c r="A2" t="s"><v>0</v></c><c r="B2" t="b"><v>1</v></c><c r="C2" t="e"><v>#REF!</v></c>'
        b'<c r="D2"><f>1+1</f><v>2</v></c><c r="E2" t="str"><f>A1</f><v>=A1</v></c><c r="F2"><v>96170123456</v></c>'
        b'<c r="G2" s="1"><v>46329.5</v></c>'
    )
    sheet = read(package(sheet_xml([["a", "b", "c", "d", "e", "f", "g"], [cells]]), shared=["rice & oil"]))
    assert sheet.rows == (("rice & oil", "yes", "", "2", "=A1", "96170123456", "2026-11-03 12:00"),)


def test_cells_merged_downwards_repeat_and_a_merged_title_does_not():
    rows = [
        ["طلبات", "", ""],
        ["المنطقة", "الاحتياج", "العدد"],
        ["الوسط", "زيت", 1],
        ["", "سكر", 2],
        ["", "خبز", 3],
        ["", "ملح", 4],
    ]
    merged = '<mergeCells><mergeCell ref="A1:C1"/><mergeCell ref="A3:A5"/><mergeCell ref="B1:B1048576"/></mergeCells>'
    sheet = read(xlsx(rows, merged))
    assert [row[0] for row in sheet.rows] == ["الوسط", "الوسط", "الوسط", ""]


def test_hidden_sheets_and_empty_ones_are_passed_over():
    secret, empty, shown = (
        sheet_xml([["name"], ["secret"]]),
        sheet_xml([]),
        sheet_xml([["need", "area"], ["rice", "x"]]),
    )
    sheet = read(package(secret, empty, shown, states=('state="hidden"', "", "")))
    assert sheet.columns == ("need", "area")
    assert refused_with(package(secret, states=('state="veryHidden"',))) == grid.EMPTY


def test_authors_comments_and_macros_are_never_unpacked(monkeypatch):
    opened = []
    was = zipfile.ZipFile.open

    def spy(self, name, mode="r", **more):
        opened.append(getattr(name, "filename", name))
        return was(self, name, mode, **more)

    raw = package(
        sheet_xml([["need", "area"], ["rice", "north"]]),
        parts=[("docProps/core.xml", "<author/>"), ("xl/comments1.xml", "<x/>"), ("xl/vbaProject.bin", "x")],
    )
    monkeypatch.setattr(zipfile.ZipFile, "open", spy)
    assert read(raw).rows
    assert not {"docProps/core.xml", "xl/comments1.xml", "xl/vbaProject.bin"} & set(opened)


@pytest.mark.parametrize(
    "row",
    [
        '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c><v>1</v></c><c r="XFD1"/><c><v>1</v></c></row>',
        '<row r="1"><c a="&gt;>" r="A1"><v>1</v></c><c a=">" r="XFD1048576"><v>1</v></c></row>',
        "<row><c><v>1</v></c></row>" + '<row r="900000"><c r="ZZ900000" t="inlineStr"><is><t>x</t></is></c></row>',
        '<x:row xmlns:x="u" r="1"><x:c r="A1"><x:v>1</x:v></x:c><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>',
    ],
)
def test_one_cell_far_away_does_not_take_the_memory_of_the_machine(row):
    tracemalloc.start()
    sentence = refused_with(package(f'<worksheet xmlns="{MAIN}"><sheetData>{row}</sheetData></worksheet>'))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sentence == grid.TOO_MANY_ROWS
    assert peak < 5_000_000


def test_styled_empty_cells_far_away_are_no_harm():
    raw = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="1"/></row><row r="1048576"><c r="A1048576" s="1"/></row></sheetData></worksheet>'
    assert read(package(raw)).columns == ("1",)


def test_a_shared_string_used_too_often_is_refused():
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 2_000))
    raw = package(f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>', shared=["x" * 30_000])
    assert refused_with(raw) == grid.TOO_MANY_ROWS


def test_millions_of_empty_cells_are_refused():
    assert refused_with(package("<worksheet><sheetData><row>" + "<c/>" * 7_000_001)) == grid.TOO_MANY_ROWS


@pytest.mark.slow
def test_a_zip_bomb_is_refused_before_it_opens():
    bomb = package(b"<worksheet>" + b" " * 70_000_000 + b"</worksheet>")
    assert len(bomb) < 200_000
    assert refused_with(bomb) == grid.TOO_MANY_ROWS


def test_a_package_that_lies_about_its_sizes_is_refused():
    raw = bytearray(package(sheet_xml([["need"], ["rice"]]), compression=zipfile.ZIP_STORED))
    at = raw.rindex(b"xl/worksheets/sheet1.xml") - 46
    struct.pack_into("<I", raw, at + 24, 10)
    assert refused_with(bytes(raw)) == grid.NOT_A_SHEET


@pytest.mark.parametrize(
    "xml",
    [
        '<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet><sheetData>&b;</sheetData></worksheet>',
        '<?xml version="1.0" encoding="UTF-16"?><worksheet/>',
        "<worksheet><sheetData><row>",
        '<worksheet><sheetData><row r="x"><c r="A1"><v>1</v></c></row></sheetData></worksheet>',
        '<worksheet><sheetData><row r="1"><c r="&#65;1&#10;"><v>1</v></c></row></sheetData></worksheet>',
        '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>9</v></c></row></sheetData></worksheet>',
        '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>x</v></c></row></sheetData></worksheet>',
        "<worksheet>" * 50_000,
        "not xml",
        b"\xff\xfe<\0w\0/\0>\0",
    ],
)
def test_broken_or_tricky_xml_is_refused(xml):
    assert refused_with(package(xml)) == grid.NOT_A_SHEET


def test_a_package_with_very_many_parts_or_a_locked_one_is_refused():
    many = package(sheet_xml([["a"]]), parts=[(f"x{i}", "") for i in range(2_001)])
    assert refused_with(many) == grid.NOT_A_SHEET
    locked = bytearray(package(sheet_xml([["a"]])))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := locked.find(mark, at + 1)) >= 0:
            locked[at + offset] |= 1
    assert refused_with(bytes(locked)) == grid.NOT_A_SHEET


def test_deep_xml_and_broken_streams_are_refused():
    raw = bytearray(package(sheet_xml([["need", "area"]] + [["rice", str(i)] for i in range(300)])))
    raw[len(raw) // 3] ^= 0xFF
    try:
        read(bytes(raw))
    except Malformed as refused:
        assert refused.sentence == grid.NOT_A_SHEET
    assert zlib


GOOD = xlsx([["need", "area"], ["rice", "north"], ["oil", 4]])


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_files_are_read_or_refused_with_a_sentence(data):
    raw = bytearray(data.draw(st.sampled_from([GOOD, "الاحتياج;العدد\nزيت;4\n".encode(), b"a,b\n1,2\n"])))
    for _ in range(data.draw(st.integers(1, 5))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        sheet = read(bytes(raw))
        apply(sheet, dict.fromkeys(range(len(sheet.columns)), "what"))
    except Malformed as refused:
        assert refused.sentence


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw):
    for prefix in (b"", b"PK\x03\x04"):
        try:
            read(prefix + raw)
        except Malformed as refused:
            assert refused.sentence


@pytest.mark.slow
def test_five_thousand_rows_are_read_quickly():
    head = ["الاسم", "الهاتف", "النوع", "الاحتياج", "الأولوية", "مطلوب قبل", "الحي", "عدد الأفراد"]
    rows = [
        ["شخص ما", f"0701{n:06}", "طعام", f"سلة رقم {n} من الخضار والخبز", "عاجل", "٢٤/١١/٢٠٢٦", "الحي الشرقي", "٤"]
        for n in range(5_000)
    ]
    text = "\n".join(",".join(row) for row in [head, *rows]).encode()
    for raw in (text, xlsx([head, *rows])):
        began = time.process_time()
        sheet = read(raw)
        done, problems = apply(sheet, sheet.mapping)
        assert time.process_time() - began < 3
        assert (len(done), problems) == (5_000, [])


def test_every_field_has_a_label_and_every_kind_says_what():
    for kind in sheets.KINDS:
        assert set(sheets.FIELDS[kind]) & {"what", "words"}
        assert all(sheets.FIELDS[kind].values())
