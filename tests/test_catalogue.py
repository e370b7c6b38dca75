"""Every sentence that can reach a screen has its Arabic, in the right number of forms, and says nothing it must not."""

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from nasij.gate import all_areas
from nasij.web import address
from nasij.web.words import ADDRESSES, Words

SRC = Path(__file__).parent.parent / "src" / "nasij"
CATALOGUES = sorted((SRC / "locale" / "ar").glob("*.po"))
_STRING = r'"((?:[^"\\]|\\.)+)"'
IN_TEMPLATES = (
    rf"\b(?:_|to|empty)\(\s*{_STRING}",
    rf"\bngettext\(\s*{_STRING}\s*,\s*{_STRING}",
    rf"\bbox\(\s*[^,]+,\s*{_STRING}",
    rf"\bhint={_STRING}",
    rf'\b(?:press|link_act|plain_form|bits\.plain_form)\(\s*(?:"[^"]*"|[^,"]+)(?:\s*~\s*[^,]+)?,\s*{_STRING}',
    rf'\(\s*"[a-z]*",\s*{_STRING}\s*\)',
)
# Words of charity, of suspicion, or for a person as a matter; the group's own dignity is in the words (domain.md, B).
NEVER_SAID = ("تبرع", "مستفيد", "إحسان", "مجهول", "كفيل", "كفالة", "شاذ")


def marked() -> set[str]:
    """Return every message id of the Python sources: mark(\"…\")."""
    found: set[str] = set()
    for path in SRC.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("mark", "_"):
                for argument in node.args[:1]:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        found.add(argument.value)
    return found


def in_templates() -> set[str]:
    """Return every message id that stands in a template."""
    found: set[str] = set()
    for path in (SRC / "templates").rglob("*.html"):
        text = path.read_text()
        for pattern in IN_TEMPLATES:
            for match in re.finditer(pattern, text):
                found |= {group.replace('\\"', '"') for group in match.groups() if group}
    return {
        message for message in found if re.search(r"[A-Za-z]{2}", message) and not re.fullmatch(r"[a-z ]+", message)
    }


def translations() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in CATALOGUES:
        with path.open("rb") as file:
            for message in read_po(file, locale="ar"):
                ids = [message.id] if isinstance(message.id, str) else list(message.id)
                strings = [message.string] if isinstance(message.string, str) else list(message.string)
                for one in ids:
                    found.setdefault(one, []).extend(strings)
    return found


def test_every_sentence_has_its_arabic() -> None:
    known = {message for message, strings in translations().items() if all(strings)}
    examples = {"Amal", "I need something."}
    missing = sorted((marked() | in_templates()) - known - examples - {""})
    missing = [m for m in missing if not m.startswith("%(") or re.search(r"[a-z]{3}", re.sub(r"%\(\w+\)[sd]", "", m))]
    assert missing == []


def test_every_line_of_who_sees_what_has_its_arabic() -> None:
    """That page takes a fact's own sentence where no act gives it a title; those are marked nowhere."""
    words = Words("ar")
    said = {line.cls: (line.cls.__doc__ or "").strip() for area in all_areas().areas for line in area.facts}
    titles = {act.form: act.title for area in all_areas().areas for act in area.acts}
    assert [titles.get(cls, doc) for cls, doc in said.items() if not words.knows(titles.get(cls, doc))] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda p: p.name)
def test_a_catalogue_is_well_formed(path: Path) -> None:
    with path.open("rb") as file:
        for message in read_po(file, locale="ar"):
            if not message.id:
                continue
            strings = [message.string] if isinstance(message.string, str) else list(message.string)
            if not isinstance(message.id, str):
                assert len(strings) == 6, message.id
            ids = [message.id] if isinstance(message.id, str) else list(message.id)
            wanted = {p for one in ids for p in re.findall(r"%\(\w+\)[sd]", one)}
            for string in strings:
                assert string, message.id
                assert set(re.findall(r"%\(\w+\)[sd]", string)) <= wanted, message.id
                assert not re.search(r"[؀-ۿ]/[؀-ۿ]", string), f"a slashed form: {message.id}"
                assert not any(word in string for word in NEVER_SAID), message.id
                assert "ا\u064b" not in string, f"tanwin stands before its alif everywhere: {message.id}"
    if shutil.which("msgfmt"):
        checked = subprocess.run(
            ["msgfmt", "-c", "-o", "/dev/null", str(path)], capture_output=True, text=True, check=False
        )
        assert checked.returncode == 0, checked.stderr


def test_one_sentence_has_one_arabic() -> None:
    found: dict[tuple[str, str], set[tuple[str, ...]]] = {}
    for path in CATALOGUES:
        with path.open("rb") as file:
            for message in read_po(file, locale="ar"):
                if message.id:
                    key = (message.context or "", message.id if isinstance(message.id, str) else message.id[0])
                    strings = (message.string,) if isinstance(message.string, str) else tuple(message.string)
                    found.setdefault(key, set()).add(strings)
    assert {key: value for key, value in found.items() if len(value) > 1} == {}


def addressed() -> dict[str, dict[str, list[str]]]:
    """Return, by message id and form of address, the Arabic; the neutral wording stands under the empty form."""
    found: dict[str, dict[str, list[str]]] = {}
    for path in CATALOGUES:
        with path.open("rb") as file:
            for message in read_po(file, locale="ar"):
                one = message.id if isinstance(message.id, str) else message.id[0]
                strings = [message.string] if isinstance(message.string, str) else list(message.string)
                found.setdefault(one, {})[message.context or ""] = strings
    return found


def test_whoever_chose_a_form_of_address_finds_all_forms_beside_the_neutral_wording() -> None:
    """A sentence that is written for one form is written for every form, and for those who chose none."""
    written = {one: forms for one, forms in addressed().items() if set(forms) - {""}}
    assert len(written) >= 50
    assert {one: sorted(forms) for one, forms in written.items() if set(forms) != set(ADDRESSES)} == {}
    placeholders = re.compile(r"%\(\w+\)[sd]")
    for one, forms in written.items():
        for strings in forms.values():
            assert {p for s in strings for p in placeholders.findall(s)} == set(placeholders.findall(one)), one


def test_the_neutral_wording_commands_nobody_in_one_gender() -> None:
    """No feminine and no plural address outside the forms that somebody chose: verbal nouns fit everybody."""
    gendered = re.compile(
        r"\b(?:أنتم|أنتِ|أنتَ|عندكم|لديكم|لكم|منكم|إليكم|معكم|عليكم|غيركم|غرفتكم|فضلكم|فضلكِ)\b|[ةتبدنكلمه]كِ"
    )
    neutral = {one: forms[""] for one, forms in addressed().items() if "" in forms}
    assert {one: s for one, strings in neutral.items() for s in strings if gendered.search(s)} == {}


def bare(text: str) -> str:
    """Return Arabic without its vowels."""
    return re.sub("[\u064b-\u0652]", "", text)


def test_every_word_that_may_mean_you_is_known_to_the_rule() -> None:
    """A word that ends in kaf says *your* or *to you*, or it does not: `web/address.py` has to know which."""
    ends = re.compile(r"[\u0621-\u064a]*(?:ك|أنت|لست)(?![\u0621-\u064a])")
    known = address.ADDRESSED | address.OTHERS
    unknown = {
        word
        for one, forms in addressed().items()
        for string in forms.get("", ())
        for word in ends.findall(bare(string))
        if word not in known and (word.endswith("ك") or address.speaks(one))
    }
    assert unknown == set()
    assert not address.ADDRESSED & address.OTHERS


@pytest.mark.parametrize("form", ["f", "m", "pl"])
def test_no_sentence_speaks_to_somebody_in_another_form_than_they_chose(form: str) -> None:
    words = Words("ar", address=form)
    several = re.compile(r"(?<![\u0621-\u064a])(?:لكم|معكم|عضويتكم|منكم|أنتم|لديكم|باسمكم)(?![\u0621-\u064a])")
    one = {word for word in address.ADDRESSED if word not in ("بك", "لست")}
    for message, forms in addressed().items():
        if not address.speaks(message) or set(forms) - {""}:
            continue
        found = bare(words.find(message))
        if form == "pl":
            assert not one & set(re.findall(r"[\u0621-\u064a]+", found)), message
        else:
            assert not several.search(found), message
        if form == "f":
            spoken = [w for w in re.findall(r"[\u0621-\u064a\u064b-\u0652]+", words.find(message)) if bare(w) in one]
            assert all(word.endswith(address.KASRA) for word in spoken), message


# What is done by *you*, in English, and the verb that would say it to a man alone.
DONE_BY_YOU = {
    "choose": "تختار", "trust": "تثق", "know": "تعرف", "want": "تريد", "can": "تستطيع", "write": "تكتب", "say": "تقول",
    "need": "تحتاج", "hear": "تسمع", "ask": "تسأل", "do": "تفعل", "put": "تضع", "read": "تقرأ", "find": "تجد",
    "have not": "تفعل",
}  # fmt: skip
COMMANDS = (
    "اختر اكتب اقرأ انظر افتح احفظ اترك أضف تأكد اسأل خذ انتظر اضغط استخدم أعط راجع احذف اطلب اذهب أجب املأ كن دع"
)


def test_a_sentence_that_speaks_to_a_man_alone_is_written_for_everybody() -> None:
    """As far as words tell: commands, and verbs in the second person where the English says *you* do it."""
    wrong = []
    for message, forms in addressed().items():
        if set(forms) - {""}:
            continue
        active = re.sub(
            "ت\u064f[\u0621-\u0652]*", "", " ".join(forms.get("", ()))
        )  # what is done to somebody is nobody's verb
        said = set(re.findall(r"[\u0621-\u064a]+", bare(active)))
        verbs = {
            verb for done, verb in DONE_BY_YOU.items() if re.search(rf"\byou (?:\w+ )?{done}\b", message, re.IGNORECASE)
        }
        spoken = {verb + ending for verb in verbs for ending in ("", "ه", "ها", "هم")}
        wrong += [(message, word) for word in said & (spoken | set(COMMANDS.split()))]
    assert wrong == []


def test_no_sentence_shows_the_marks_of_a_text_editor() -> None:
    """Stars around a word are read as stars: quotation marks say that a word is meant."""
    said = {string for forms in addressed().values() for strings in forms.values() for string in strings}
    assert [sentence for sentence in said | marked() | in_templates() if re.search(r"\*\w+\*", sentence)] == []


def test_no_template_and_no_sentence_in_english_has_a_slashed_form() -> None:
    slashed = re.compile(r"[\u0621-\u064a]\s?/\s?[\u0621-\u064a]|\b(?:s/he|he/she|him/her|his/her)\b|\w\(s\)")
    found = [path.name for path in (SRC / "templates").rglob("*.html") if slashed.search(path.read_text())]
    assert found == []
    assert [message for message in marked() | in_templates() if slashed.search(message)] == []
