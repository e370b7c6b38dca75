"""Lessons stand on the pages of the need, the incident and the action they fit, and on no other."""

import re
from typing import Any

import pytest

from nasij.areas.aid import kind_id
from nasij.areas.incidents import KIND
from nasij.areas.stories import facts as f
from nasij.gate import all_areas
from nasij.ids import new_id
from nasij.web import forms
from nasij.web.look import Look
from nasij.web.templates import render, styles
from nasij.web.words import Words
from tests.tabletop import TableTop

LEARNT = "رقم المحامية محفوظ في الذاكرة"
FITS = ("kind", "incident", "action")


class Network(TableTop):
    """All areas, and two who write a lesson down."""

    def __init__(self) -> None:
        super().__init__(*all_areas().areas)
        self.huda, self.sami, self.zein = (self.member() for _ in range(3))

    def learnt(self, **fits: str) -> str:
        lesson = new_id()
        said = [fits.get(name, "") for name in FITS]
        self.say(f.LessonProposed(lesson, LEARNT, "", *said, "هنا", "lived", ""), by=self.huda)
        self.say(f.LessonConfirmed(lesson), by=self.sami)
        return lesson

    def shows(self, path: str, declared: str, who: str, language: str = "en", **params: str) -> str:
        """Return the page as a browser gets it."""
        look = Look(words=Words(language), me=self.by(who), db=self.db, areas=self.areas, path=path, token="t" * 22)
        line = next(line for area in self.areas.areas for line in area.pages if line.path == declared)
        return render(look, line.view(self.db, self.by(who), **params))

    def does(self, path: str, who: str, **typed: str) -> Any:
        """Fill in a form and say what it makes; returns the first fact."""
        look = Look(words=Words("en"), areas=self.areas)
        act, params = look.act_at(path) or (None, {})
        assert act is not None
        reading = forms.read(act, {name: [value] for name, value in typed.items()}, params, self.db, self.by(who))
        assert not reading.problems, reading.problems
        facts = list(act.make(self.db, self.by(who), reading.form)) if act.make else [reading.form]
        for fact in facts:
            self.say(fact, by=who)
        return facts[0]


@pytest.fixture(scope="module")
def top() -> Network:
    """A network in which each place has one lesson."""
    return Network()


def test_beside_a_need(top: Network) -> None:
    lesson = top.learnt(kind=kind_id("shelter"))
    asked = {"what": "a room", "urgency": "days", "scope": "trusted"}
    fits = top.does("/aid/ask", top.zein, kind=kind_id("shelter"), **asked).need
    other = top.does("/aid/ask", top.zein, kind=kind_id("food"), **asked).need
    assert f"/pages/lessons/{lesson}" in top.shows(f"/aid/{fits}", "/aid/{need}", top.sami, need=fits)
    assert lesson not in top.shows(f"/aid/{other}", "/aid/{need}", top.sami, need=other)


def test_beside_an_incident_and_what_to_do_in_one(top: Network) -> None:
    lesson = top.learnt(incident="arrest")
    for kind, there in (("arrest", True), ("blackmail", False)):
        told = {"severity": "now", "safe_now": "unknown"}
        incident = top.does("/by/me", top.zein, tell="chosen", chosen=top.sami, **told).incident
        top.does(f"/by/{incident}/more", top.zein, kind=kind, **told)
        page = top.shows(f"/by/{incident}", "/by/{incident}", top.zein, incident=incident)
        number = KIND.in_address(kind)
        guide = top.shows(f"/by/guide/{number}", "/by/guide/{kind}", top.sami, kind=number)
        assert (f"/pages/lessons/{lesson}" in page) is (f"/pages/lessons/{lesson}" in guide) is there


def test_beside_an_action(top: Network) -> None:
    lesson = top.learnt(action="march")
    for kind, there in (("march", True), ("vigil", False)):
        said = {"kind": kind, "exposure": "2", "places": "5", "outside": top.sami}
        action = top.does("/together/propose", top.huda, **said).action
        page = top.shows(f"/together/act/{action}", "/together/act/{action}", top.zein, action=action)
        assert (f"/pages/lessons/{lesson}" in page) is there


@pytest.mark.parametrize("sort", ["helped", "harmed"])
def test_what_a_debrief_taught_becomes_a_lesson_that_stands_beside_the_next_action_and_in_the_handbook(
    sort: str,
) -> None:
    top = Network()
    said = {"kind": "vigil", "exposure": "2", "places": "5", "outside": top.sami}
    first, second = (top.does("/together/propose", top.huda, **said).action for _ in range(2))
    top.does(f"/together/act/{first}/no-go", top.huda)
    noted = top.does(f"/together/act/{first}/lesson", top.zein, sort=sort, words="leave in twos").lesson
    path, declared = f"/pages/lessons/after/{noted}", "/together/act/{action}"
    assert path in top.shows(f"/together/act/{first}", declared, top.zein, action=first)
    assert path in top.shows("/together", "/together", top.zein)
    act, params = Look(words=Words("en"), areas=top.areas).act_at(path) or (None, {})
    assert act is not None and act.prefill is not None
    assert act.prefill(top.db, top.by(top.zein), params) == {sort: "leave in twos"}
    lesson = top.does(path, top.zein, helped="leave in twos", valid_where="here", stands="lived").lesson
    top.say(f.LessonConfirmed(lesson), by=top.sami)
    assert f"/pages/lessons/{lesson}" in top.shows(f"/together/act/{second}", declared, top.zein, action=second)
    assert "leave in twos" in top.shows("/pages/handbook", "/pages/handbook", top.zein)


def test_what_was_not_checked_for_a_year_says_so_beside_the_need() -> None:
    top = Network()
    top.learnt(kind=kind_id("shelter"))
    top.forward(days=366)
    need = top.does("/aid/ask", top.zein, kind=kind_id("shelter"), what="a room", urgency="days", scope="trusted").need
    assert "Not checked for a year" in top.shows(f"/aid/{need}", "/aid/{need}", top.sami, need=need)


def test_the_handbook_runs_as_its_language_does_and_leaves_all_but_the_lessons_off_the_paper() -> None:
    top = Network()
    top.learnt(incident="arrest")
    for language, way in (("ar", "rtl"), ("en", "ltr")):
        page = top.shows("/pages/handbook", "/pages/handbook", top.sami, language)
        assert re.search(f'<html[^>]* dir="{way}"', page)
        article = page.partition("<article")[2].partition("</article>")[0]
        assert LEARNT in article
        assert "dir=" not in article.partition(">")[0], "nothing turns the words against their own language"
        assert "<form" not in article
        assert "noprint" in page.partition("</article>")[2]
    assert "@media print{.top,.menu,footer,form" in styles()
