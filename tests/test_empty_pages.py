"""The pages of every area in a network where nothing has happened yet, for somebody who may open all of them.

A house in the middle of things never shows them so: its lists are full.
"""

import pytest

from nasij.gate import all_areas
from nasij.kit.who import ROLES
from nasij.web.look import Look
from nasij.web.templates import render
from nasij.web.words import Words
from tests.tabletop import TableTop
from tests.tour import faults_of

LISTS = [line for area in all_areas().areas for line in area.pages if "{" not in line.path]


@pytest.mark.slow
@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_page_with_nothing_on_it_is_good_html(language: str) -> None:
    top = TableTop(*all_areas().areas)
    me = top.by(top.member("trusted", *ROLES))
    faults = {}
    for line in LISTS:
        assert line.seen_by.fits(me), line.path
        look = Look(words=Words(language), path=line.path, me=me, db=top.db, areas=top.areas)
        faults |= dict.fromkeys(faults_of(render(look, line.view(top.db, me))), line.path)
    assert faults == {}
    assert len(LISTS) > 40
