"""Whether a group has lived all of it: every fact of every area was said, and every area has something to show."""

from collections import Counter
from dataclasses import replace
from sqlite3 import Connection
from typing import Any

from nasij.areas import AREAS
from nasij.areas.campaigns.facts import JoiningCleared
from nasij.areas.insight.leaving import FigureReported, ReportMade
from nasij.gate import all_areas
from nasij.kit.area import Areas, FactLine
from nasij.kit.who import By
from nasij.sample.village import Village

# What a good network of three months would not have: somebody on a march who is trusted no more before it is over, and a report of
# figures, which needs months with five who asked, and of which a visitor would be told on the first page.
NOT_LIVED = {JoiningCleared, ReportMade, FigureReported}


def listening_to(said: Counter[type]) -> Areas:
    """Return all areas, with folds that count which facts take effect."""

    def heard(line: FactLine) -> FactLine:
        def fold(db: Connection, by: By, fact: Any) -> None:
            said[line.cls] += 1
            line.fold(db, by, fact)

        return replace(line, fold=fold)

    return Areas.of([replace(area, facts=tuple(map(heard, area.facts))) for area in all_areas().areas])


def everything_is_lived(village: Village, said: Counter[type]) -> None:
    """Every fact of every area was said in the life of the group, and in some room there is something of every area."""
    never = {line.cls for area in AREAS for line in area.facts} - set(said)
    assert never <= NOT_LIVED, sorted(cls.__name__ for cls in never - NOT_LIVED)
    for area in (area for area in village.areas.areas if area.tables and not {f.cls for f in area.facts} <= NOT_LIVED):
        tables = [table.name for table in area.tables]
        assert any(
            person.node.db.execute(f"select 1 from {table} limit 1").fetchone()
            for person in village.people
            for table in tables
        ), area.name
