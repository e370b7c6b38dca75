"""Somebody brings a list along: from a file on their machine to needs that others see, and back. Real processes, in Arabic."""

import io
import re
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.walker import House, Walker

pytestmark = pytest.mark.slow

HEAD = "الاحتياج,عدد الأشخاص,الأولوية,المنطقة,رقم الهاتف"
BOM = "\ufeff"


def long_sheet(count: int) -> bytes:
    """Return a sheet as groups have it: a byte-order mark, Arabic headings, mixed digits, empty rows, phone numbers."""
    digits = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    rows = [HEAD]
    for n in range(count):
        people = str(n % 9 + 1)
        rows.append(f"سلّة رقم {n},{people.translate(digits) if n % 2 else people},عاجل,حي السلام,0100{n:07d}")
        if n % 100 == 0:
            rows += ["", ",,,,"]
    return (BOM + "\r\n".join(rows)).encode()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with House(tmp_path_factory.mktemp("house") / "home") as house:
        yield house


@pytest.fixture(scope="module")
def huda(house: House) -> Walker:
    walker = Walker(house, "ar")
    walker.found()
    return walker


def mapping(walker: Walker) -> dict[str, str]:
    """Return the fields of the form that is open, as they stand."""
    fields = dict(re.findall(r'<input type="?hidden"? name="?(kind|sheet)"? value="([^"]*)"', walker.page))
    for name, inside in re.findall(r'<select name="([\w-]+)".*?>(.*?)</select>', walker.page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)"[^>]*selected', inside)
        fields[name] = chosen[1] if chosen else ""
    return fields


def sheet_id(walker: Walker) -> str:
    found = re.search(r'name="sheet" value="(\w{16})"', walker.page)
    assert found, walker.text()
    return found[1]


def choose(walker: Walker, raw: bytes, kind: str = "", name: str = "list.csv") -> None:
    walker.get("/import")
    walker.upload("/import", "sheet", name, raw, **({"kind": kind} if kind else {}))


def preview(walker: Walker, **chosen: str) -> None:
    walker.post("/import", **(mapping(walker) | {"scope": "trusted"} | chosen))


def bring(walker: Walker) -> str:
    walker.post("/import", sheet=sheet_id(walker), sure="yes")
    return walker.path


def test_five_thousand_arabic_lines_go_in_and_out_again(huda: Walker) -> None:
    """Map, preview, in, seen, taken back. The telephone numbers never come along."""
    began = time.monotonic()
    choose(huda, long_sheet(5_000))
    chosen = mapping(huda)
    assert [chosen[f"column-{n}"] for n in range(5)] == ["what", "people", "urgency", "area", ""]
    assert chosen["kind"] == "needs"
    preview(huda, on_behalf="consented")
    assert "سيدخل 5000 صف" in huda.text(), huda.text()
    assert "رقم الهاتف" in huda.text(), "what is left out is named"
    assert "0100000" not in huda.page
    path = bring(huda)
    assert huda.status == 200
    assert re.fullmatch(r"/aid/import/\w{16}", path)
    assert "5000" in huda.text()
    assert "سلّة رقم" in huda.text()
    huda.until("/", lambda: "محفوظ هنا" not in huda.text())
    assert time.monotonic() - began < 60

    huda.get("/aid")
    assert "5000" in huda.text()
    huda.fill(path + "/undo")
    assert huda.path == path
    assert "أُعيد سحبها" in huda.text() or "سُحبت" in huda.text(), huda.text()
    assert "سلّة رقم" not in huda.get("/aid")
    huda.post(path + "/undo")
    assert huda.status == 422, "it is taken back once"
    huda.until("/", lambda: "محفوظ هنا" not in huda.text())
    assert "سلّة رقم" not in huda.get("/aid")
    assert huda.get("/aside").count("<li") <= 1 or "import" not in huda.page


def test_a_workbook_comes_in_as_well(huda: Walker) -> None:
    choose(huda, workbook([["العرض", "الكمية"], ["بطانيات", "٣"], ["مدافئ", "2"]]), "offers", "list.xlsx")
    preview(huda, scope="network")
    assert huda.status == 200, huda.text()
    path = bring(huda)
    assert "بطانيات" in huda.get("/aid/offers")
    assert "مدافئ" in huda.page
    huda.fill(path + "/undo")
    assert "بطانيات" not in huda.get("/aid/offers")


def test_columns_can_be_changed_after_a_look(huda: Walker) -> None:
    choose(huda, "الاحتياج,رقم الهاتف\nخبز,01001234567\n".encode())
    preview(huda)
    assert "01001234567" not in huda.page
    huda.post("/import", sheet=sheet_id(huda), back="yes")
    assert mapping(huda)["column-1"] == ""
    preview(huda, **{"column-1": "conditions"})
    assert "01001234567" in huda.page, "a column mapped on purpose comes along"


def test_names_and_numbers_chosen_on_purpose_stay_in_the_room_beside_the_need(huda: Walker) -> None:
    choose(huda, "الاحتياج,الاسم,رقم الهاتف\nحفاضات,أم علي,01007654321\nدواء,,\n".encode())
    assert {mapping(huda)["column-1"], mapping(huda)["column-2"]} == {""}, "nothing of people comes along by itself"
    preview(huda, **{"column-1": "name_to_use", "column-2": "number"}, on_behalf="consented")
    assert "صف واحد يذكر كيف يُنادى" in huda.text(), huda.text()
    assert "أم علي" not in huda.page
    path = bring(huda)
    huda.get(path)
    assert "أم علي" not in huda.page, "the list shows the work only"
    need = next(found for found in re.findall(r'href="(/aid/\w{16})"', huda.get("/aid")) if "حفاضات" in huda.get(found))
    assert "أم علي" in huda.get(need)
    assert "01007654321" in huda.page
    huda.fill(path + "/undo")


def test_rows_that_cannot_come_in_are_named_and_stay_out(huda: Walker) -> None:
    rows = [
        "الاحتياج,عدد الأشخاص,المنطقة",
        "خبز,900,حي",
        "حليب,٣,https://maps.example/3",
        "أرز,٤,حي",
        ",5,حي",
        f"{'ط' * 700},1,حي",
        *["ماء,1,حي"] * 4,
    ]
    choose(huda, "\n".join(rows).encode())
    preview(huda)
    said = huda.text()
    for row, heading in ((2, "عدد الأشخاص"), (3, "المنطقة"), (5, "الاحتياج"), (6, "الاحتياج")):
        assert f"الصف {row} · {heading} :" in said, (row, said)
    assert "ستدخل 5 صفوف. تبقى 4 صفوف خارجًا." in said, said
    path = bring(huda)
    assert "أرز" in huda.page
    assert "خبز" not in huda.page
    huda.fill(path + "/undo")


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"", "empty.csv"),
        (b"\xef\xbb\xbf\n\n,,\n", "blank.csv"),
        (b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", "list.pdf"),
        (b"a,b\n" + b"x,y\n" * 1_500_000, "six-megabytes.csv"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000), "with-password.xlsx"),
        (b"PK\x03\x04" + bytes(300), "broken.xlsx"),
        (b"need\n" + b"rice\n" * 25_001, "too-long.csv"),
    ],
)
def test_what_cannot_be_read_says_so(huda: Walker, raw: bytes, name: str) -> None:
    choose(huda, raw, "needs", name)
    assert huda.status == 422
    assert 'role="alert"' in huda.page
    assert 'name="sheet"' in huda.page, "the form is still there"


def test_nine_megabytes_are_refused(huda: Walker) -> None:
    choose(huda, bytes(9_000_000))
    assert huda.status == 400
    assert "8" in huda.text()


def test_wrong_forms_are_answered_with_a_sentence(huda: Walker) -> None:
    choose(huda, "الاحتياج\nخبز\n".encode(), "everything")
    assert huda.status == 422
    choose(huda, "الاحتياج\nخبز\n".encode())
    for wrong in (
        {"column-0": "password"},
        {"column-0": ""},
        {"scope": "everybody"},
        {"on_behalf": "x"},
        {"usual": "x"},
    ):
        fields = mapping(huda)
        preview(huda, **wrong)
        assert huda.status == 422, wrong
        assert 'role="alert"' in huda.page
        huda.post("/import", **(fields | {"scope": "trusted"}))
        assert huda.status == 200, "nothing was lost"
        huda.post("/import", sheet=sheet_id(huda), back="yes")
    huda.post("/import", sheet="0" * 16, sure="yes")
    assert huda.status == 422
    huda.post("/import", sheet="0" * 16, **{"column-0": "what"})
    assert huda.status == 422


def test_pressing_twice_brings_it_in_once(huda: Walker) -> None:
    choose(huda, "الاحتياج\nشاي أخضر\n".encode())
    preview(huda)
    sheet = sheet_id(huda)
    once = re.findall(r'name="_once" value="([^"]+)"', huda.page)
    token = re.search(r'name="_token" value="([^"]+)"', huda.page)
    assert token
    huda.post("/import", sheet=sheet, sure="yes", _once=once[0], _token=token[1])
    first = huda.path
    huda.post("/import", sheet=sheet, sure="yes", _once=once[0], _token=token[1])
    assert huda.path == first
    huda.get("/import")
    huda.post("/import", sheet=sheet, sure="yes")
    assert huda.status == 422, "the sheet is no longer held"
    assert huda.get("/aid").count("شاي أخضر") == 1
    huda.fill(first + "/undo")


def test_skills_wait_until_their_member_says_so(huda: Walker) -> None:
    choose(huda, "الاسم المستعار,المهارة,المستوى\nhuda,نجارة,خبير\nمن لا نعرفه,طبخ,\nHuda,تدريس,تدريب\n".encode())
    assert mapping(huda)["kind"] == "skills"
    preview(huda)
    assert "من لا نعرفه" not in huda.text()
    path = bring(huda)
    assert path.startswith("/profile/import/")
    assert "قائمة تذكر مهارات لك" in huda.get("/")
    huda.get("/profile")
    named = re.findall(r'action="(/profile/named/\w{16}/(?:take|drop))"', huda.page)
    assert len(named) == 4
    huda.post(next(p for p in named if p.endswith("take")))
    assert huda.status == 200
    assert len(re.findall(r"/profile/skill/\w{16}/end", huda.page)) == 1
    huda.fill(path + "/undo")
    assert huda.status == 200, huda.text()
    assert "/profile/named/" not in huda.get("/profile")
    huda.get(path + "/undo")
    huda.post(path + "/undo")
    assert huda.status == 422


def test_newcomers_are_told_that_it_is_for_trusted_members(house: House, huda: Walker) -> None:
    sami = Walker(house, "en")
    sami.knock(*huda.invite(), "Sami", "balcony")
    huda.let_in("Sami")
    sami.until("/", "Ask for help")
    sami.get("/import")
    assert sami.status == 400
    assert "trusted" in sami.text()
    assert "/import" not in sami.get("/aid")


def workbook(rows: list[list[str]]) -> bytes:
    """Return a small XLSX file."""
    cells = "".join(
        f'<row r="{r}">'
        + "".join(f'<c r="{chr(64 + c)}{r}" t="inlineStr"><is><t>{text}</t></is></c>' for c, text in enumerate(row, 1))
        + "</row>"
        for r, row in enumerate(rows, 1)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/s.xml"/></Relationships>',
        "xl/worksheets/s.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
    }
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return raw.getvalue()


def test_nothing_of_a_sheet_is_on_the_disk(house: House, huda: Walker) -> None:
    choose(huda, "الاحتياج\nzqmarkerxk\n".encode(), name="zqmarkerxk.csv")
    preview(huda)
    for file in Path(house.home).rglob("*"):
        if file.is_file() and not file.is_socket():
            assert b"zqmarkerxk" not in file.read_bytes()
