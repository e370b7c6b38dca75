"""A member brings a directory along as a file, sees what it would be, and takes the directory along. A real house, in Arabic."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.walker import House, Walker

pytestmark = pytest.mark.slow
ID = "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610"
FILE = "/things/services/file"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with House(tmp_path_factory.mktemp("house") / "home") as house:
        yield house


@pytest.fixture(scope="module")
def huda(house: House) -> Walker:
    walker = Walker(house, "ar")
    walker.found()
    return walker


def entry(name: str, **more: Any) -> dict[str, Any]:
    return {"id": ID, "name": name, "status": "active"} | more


def choose(walker: Walker, services: Any) -> str:
    """Bring a file; returns under which id it is held."""
    walker.get(FILE)
    walker.upload(FILE, "sheet", "list.json", json.dumps(services).encode())
    found = re.search(r'name="held" value="(\w{16})"', walker.page)
    return found[1] if found else ""


def test_a_file_is_shown_before_anything_is_written_down_and_counts_as_not_yet_checked(huda: Walker) -> None:
    shelter = entry("بيت <b>الزيتون</b>", phones=[{"id": ID, "number": "00000 77"}])
    held = choose(huda, {"contents": [shelter, {"name": "Nameless"}, entry("مركز التدريب")]})
    assert huda.status == 200
    assert "بيت &lt;b&gt;الزيتون" in huda.page, "what a file holds is words, not a page"
    assert "[1] service.id" in huda.text()
    assert "مركز التدريب" not in huda.get("/things/services"), "nothing is written down yet"
    huda.post(FILE, held=held)
    assert huda.path == "/things/services"
    assert "مركز التدريب" in huda.text()
    assert "دون تحقّق بعد" in huda.text()
    huda.post(FILE, held=held)
    assert huda.status == 422, "it is brought in once"
    assert choose(huda, [entry("مركز التدريب")]) == "", "it stands there already"


def test_what_is_no_such_file_is_refused_with_a_sentence(huda: Walker) -> None:
    assert choose(huda, {"contents": 3}) == ""
    assert huda.status == 422
    assert "HSDS 3" in huda.text()
    huda.post(FILE)
    assert huda.status == 422
    huda.post(FILE, held="0" * 16)
    assert huda.status == 422


def test_the_file_to_take_along_has_a_dull_name_and_only_what_was_checked(huda: Walker) -> None:
    huda.post(FILE, save="yes")
    assert huda.status == 200
    assert json.loads(huda.page)["contents"] == [], "nobody else has checked anything here"


def test_nothing_of_a_file_lies_on_the_disk(house: House, huda: Walker) -> None:
    mark = "مأوى الكرمة الثالثة"
    held = choose(huda, [entry(mark)])
    huda.post(FILE, held=held)
    home = house.home
    assert not [path for path in home.rglob("*") if path.is_file() and mark.encode() in path.read_bytes()]
