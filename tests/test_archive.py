"""What somebody takes along in a file, and what its page says about it."""

from pathlib import Path

import pytest

from nasij.archive import trace
from tests.village import Village, cheap_words


def test_a_file_shows_nobody_whom_others_avoid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Coordinators' rooms know it so that nobody is brought together with them; no page shows it, and no file does."""
    cheap_words(monkeypatch)
    village = Village(tmp_path)
    huda = village.found("huda")
    sami, noor = village.come("sami", "huda"), village.come("noor", "huda")
    sami.does("/profile/avoid", whom=noor.me)
    village.settle()
    assert huda.node.db.execute("select by_member, whom from avoid").fetchall() == [(sami.me, noor.me)]
    assert "avoid" not in trace(huda.node)
    assert [row["whom"] for row in trace(sami.node)["avoid"]] == [noor.me]
    assert {row["member"] for row in trace(huda.node)["member"]} == {huda.me, sami.me, noor.me}
