"""The recipe for a new area is run as it stands in the documentation: its module, its test, its page, its Arabic."""

import io
import re
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

import nasij.areas
from nasij.areas import people
from nasij.kit.area import Areas
from nasij.web.look import Look
from nasij.web.templates import environment, render
from nasij.web.words import Words
from tests.tabletop import TableTop

RECIPE = (Path(__file__).parent.parent / "docs" / "add-an-area.md").read_text()
NAME = "nasij.areas.library"
HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", RECIPE, re.DOTALL)


def run(name: str, text: str) -> types.ModuleType:
    made = types.ModuleType(name)
    sys.modules[name] = made
    exec(compile(text, name, "exec"), made.__dict__)  # our own documentation
    return made


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The area of the recipe, as if its file were there; gone again afterwards."""
    made = run(NAME, blocks("python")[0])
    monkeypatch.setattr(nasij.areas, "library", made, raising=False)
    yield made
    del sys.modules[NAME]


def test_its_test_passes(library: Any) -> None:
    tests = run("recipe_test", blocks("python")[1])
    del sys.modules["recipe_test"]
    found = [value for name, value in vars(tests).items() if name.startswith("test_")]
    assert found
    for one in found:
        one(TableTop(people.AREA, library.AREA))


def test_its_page_and_its_forms_are_drawn(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a book on the shelf, for whoever lends it."""
    from nasij.ids import new_id
    from nasij.web.forms import act_page

    top = TableTop(people.AREA, library.AREA)
    huda = top.member()
    top.say(library.BookOffered(new_id(), "Kalila"), by=huda)
    look = Look(words=Words("en"), path="/library", me=top.by(huda), db=top.db, areas=top.areas, token="t")
    source = environment().loader
    assert source is not None
    load = source.get_source
    page = blocks("html")[0]

    def get_source(env: Any, name: str) -> Any:
        return (page, None, lambda: True) if name == "library/shelf.html" else load(env, name)

    monkeypatch.setattr(source, "get_source", get_source)
    drawn = render(look, library.shelf_page(top.db, top.by(huda)))
    assert "Kalila" in drawn
    assert "/take" in drawn
    for act in library.AREA.acts:
        assert act.title in render(look, act_page(look, act, act.path.replace("{book}", new_id())))


def test_its_table_is_complete(library: Any) -> None:
    """What `Areas.of` demands of every area."""
    areas = Areas.of((people.AREA, library.AREA))
    assert {line.cls.__name__ for line in areas.facts.values()} >= {"BookOffered", "BookTaken"}


def test_its_arabic_is_complete(library: Any) -> None:
    """Every sentence of its module and its page stands in its catalogue, or in ours already."""
    catalogue = read_po(io.BytesIO((HEAD + blocks("po")[0]).encode()), locale="ar")
    own = {message.id for message in catalogue if message.id and message.string}
    wanted = set(re.findall(r'mark\("([^"]+)"\)', blocks("python")[0]))
    wanted |= set(re.findall(r'(?:_|empty)\("([^"]+)"\)', blocks("html")[0]))
    wanted |= set(re.findall(r'(?:press|link_act)\([^,]+, "([^"]+)"', blocks("html")[0]))
    assert len(wanted) >= 7
    assert sorted(one for one in wanted - own if not Words("ar").knows(one)) == []


def test_every_file_that_the_recipe_starts_from_exists() -> None:
    root = Path(__file__).parent.parent
    named = re.findall(r"`((?:src|tests|docs)/[\w/.-]+)`", RECIPE)
    assert named
    for one in named:
        assert "library" in one or (root / one).exists(), one
