"""Rows for somebody who came newly into a circle, where a day turns with the very entry that carries them."""

from pathlib import Path

import pytest

from nasij.node import rows
from tests.village import Person, Village, cheap_words

pytestmark = pytest.mark.slow

DAYS_MOST = 400


def in_the_line(person: Person, circle: str) -> list[bytes]:
    person.node.settle()
    found = rows.dump(person.node.db, person.village.areas, circle)
    person.node.lay_waiting()
    return found


def test_what_the_day_changes_is_in_the_rows_that_arrive_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both see the same each day, up to the one on which the need runs out by itself."""
    cheap_words(monkeypatch)
    village = Village(tmp_path)
    village.gather("huda", "sami", "lina")
    asker, reader = village["huda"], village["sami"]
    kind = asker.row("select kind from kind order by place")
    asker.does("/aid/ask", kind=kind, what="A bed", urgency="open", scope="chosen", chosen=[reader.me], people="1")
    village.settle()
    need, circle = asker.row("select need, audience from need")
    assert in_the_line(asker, circle) == in_the_line(reader, circle)
    for _ in range(DAYS_MOST):
        reader.node.fresh[circle] = asker.me  # as after a letter that came in the evening
        asker.node.shares.append(circle)
        village.clock.forward(days=1)
        asker.look()
        reader.look()
        assert circle not in reader.node.fresh, "the rows came"
        assert in_the_line(asker, circle) == in_the_line(reader, circle)
        asker.housekeeping()  # says the hour to the whole network, without which no day would turn for long
        village.settle()
        if reader.row("select state from need where need = ?", need) == "expired":
            return
    pytest.fail("the need never runs out")
