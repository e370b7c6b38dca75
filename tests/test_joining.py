"""The joining ceremony as rooms attend to it again and again, while somebody waits."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.village import Village, cheap_words


@pytest.fixture
def village(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Village]:
    cheap_words(monkeypatch)
    village = Village(tmp_path)
    village.found("huda")
    yield village


def test_a_room_that_attends_to_an_open_request_comes_to_rest(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies in the mailbox is no news the second time; a room that thought so would look again without end."""
    huda = village["huda"]
    village.invite("huda")
    sami = village.knock("sami", "huda")
    village.settle()
    wrote: list[int] = []
    monkeypatch.setattr(huda, "wrote", lambda: wrote.append(1), raising=False)
    for _ in range(3):
        huda.look()
    assert wrote == []
    sami.joining.say("hello", sami.hub)
    huda.look()
    assert wrote == [1]
    huda.look()
    assert wrote == [1]
