"""Every sentence that can reach a screen has its Arabic, in the right number of forms, and says nothing it must not."""

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

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
