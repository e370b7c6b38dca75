"""Two houses, three members, one hub, real processes and real sockets."""

import shutil
from pathlib import Path

import pytest

from tests.marks import began
from tests.walker import PHRASE, House, Walker

pytestmark = pytest.mark.slow


def test_a_network_lives_in_two_houses(tmp_path: Path) -> None:
    """A member of one house invites into another; what one says, the others read; each house holds sealed bytes only."""
    port = 18421
    with (
        House(tmp_path / "one", "--hub-port", str(port)) as one,
        House(tmp_path / "two", "--hub", f"http://127.0.0.1:{port}") as two,
    ):
        huda, sami, noor = Walker(one), Walker(two), Walker(one)
        huda.found()
        sami.knock(*_for_elsewhere(huda, port), "Sami", "balcony")
        huda.let_in("Sami")
        sami.until("/", "Ask for help")
        noor.knock(*huda.invite(), "Noor", "roof")
        huda.let_in("Noor")
        noor.until("/", "Ask for help")

        huda.fill("/aid/ask", **_need(huda, "a ladder for two days"))
        sami.until("/aid", "a ladder for two days")
        noor.until("/aid", "a ladder for two days")

        sami.get("/people")
        assert sami.status == 404, "a newcomer sees no members"
        for home in (one.home, two.home):
            for file in home.rglob("*"):
                if file.is_file() and not file.is_socket():
                    raw = file.read_bytes()
                    for mark in (b"ladder", b"Sami", b"Huda", b"Walnut", b"balcony"):
                        assert mark not in raw, (file.name, mark)


def _for_elsewhere(walker: Walker, port: int) -> tuple[str, str]:
    link, words = walker.invite()
    return f"{link}~127.0.0.1:{port}", words


def _need(walker: Walker, what: str) -> dict[str, str]:
    import re

    walker.get("/aid/ask")
    kinds = re.findall(r'<option value="(\w{16})"', walker.page) or re.findall(
        r'name="?kind"?[^>]*value="(\w{16})"', walker.page
    )
    return {"kind": kinds[0], "what": what, "urgency": "days", "scope": "network", "people": "1"}


def test_a_friends_freeze_ends_the_session_in_every_house_and_shuts_the_room(tmp_path: Path) -> None:
    """A1 over real sockets: the same room is open in two houses, somebody else freezes, and nothing more is to be read."""
    port = 18431
    with House(tmp_path / "one", "--hub-port", str(port)) as one:
        huda, sami = Walker(one), Walker(one)
        huda.found()
        sami.knock(*huda.invite(), "Sami", "balcony")
        member = huda.let_in("Sami")
        sami.until("/", "Ask for help")
        huda.fill("/aid/ask", **_need(huda, "a ladder for two days"))
        sami.until("/aid", "a ladder for two days")
        sami.get("/lock")
        sami.until("/", "Open my room")
        shutil.copytree(tmp_path / "one", tmp_path / "two", ignore=shutil.ignore_patterns("hub*", "*.new"))
        with House(tmp_path / "two", "--hub", f"http://127.0.0.1:{port}") as two:
            officer = Walker(two)
            for walker in (sami, officer):
                walker.open("balcony")
                assert "a ladder for two days" in walker.get("/aid")
            huda.fill(f"/trust/freeze/{member}")
            for walker in (sami, officer):
                walker.until("/", "Open my room")
                walker.fill("/open", room="balcony", passphrase=PHRASE)
                assert walker.path == "/returns"
                for path in ("/", "/aid", "/people", "/export", "/me", "/cases"):
                    assert "ladder" not in walker.get(path)
                    assert walker.path == "/returns", path
                assert "Somebody froze this membership" in walker.text()
                assert "Call one of us from any telephone" in walker.text()


def test_everything_is_there_after_stop_and_start(tmp_path: Path) -> None:
    with House(tmp_path / "home") as house:
        huda = Walker(house)
        huda.found()
        huda.fill("/aid/ask", **_need(huda, "a warm coat"))
        huda.until("/aid", "a warm coat")
    with House(tmp_path / "home") as house:
        huda = Walker(house)
        huda.open("kitchen")
        assert "a warm coat" in huda.get("/aid")


def test_a_killed_house_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    house = House(tmp_path / "home")
    huda = Walker(house)
    huda.found()
    for n in range(5):
        huda.fill("/aid/ask", **_need(huda, f"thing number {n}"))
        assert huda.status == 200
    house.kill()
    with House(tmp_path / "home") as again:
        huda = Walker(again)
        huda.open("kitchen")
        huda.get("/aid")
        for n in range(5):
            assert f"thing number {n}" in huda.page


def test_a_hub_that_is_away_means_waiting_facts(tmp_path: Path) -> None:
    """What is said while the hub is gone is saved here, is still there after a restart, and arrives when it is back."""
    import os
    import signal
    import subprocess

    with House(tmp_path / "home") as house:
        huda = Walker(house)
        huda.found()
        children = subprocess.run(["pgrep", "-P", str(house.process.pid)], capture_output=True, text=True, check=True)
        hub = min(map(int, children.stdout.split()), key=began)  # the house starts it first
        os.kill(hub, signal.SIGKILL)
        huda.fill("/aid/ask", **_need(huda, "said while it was away"))
        assert huda.status == 200
        huda.until("/", "saved here")
    with House(tmp_path / "home") as house:
        huda = Walker(house)
        huda.open("kitchen")
        assert "said while it was away" in huda.get("/aid")
        huda.until("/", lambda: "saved here" not in huda.text())


def test_a_second_browser_comes_into_the_same_room(tmp_path: Path) -> None:
    with House(tmp_path / "home") as house:
        first, second = Walker(house), Walker(house)
        first.found()
        second.open("kitchen")
        assert second.get("/me") and second.status == 200
        assert first.get("/me") and first.status == 200


def test_leaving_ends_the_process_and_the_session(tmp_path: Path) -> None:
    with House(tmp_path / "home") as house:
        huda = Walker(house)
        huda.found()
        kept = dict(huda.cookies)
        huda.get("/exit")
        assert "Lentil" in huda.text()
        huda.cookies = kept
        huda.until("/", "Open my room")


def test_wrong_room_and_wrong_passphrase_look_alike(tmp_path: Path) -> None:
    with House(tmp_path / "home") as house:
        huda = Walker(house)
        huda.found()
        huda.get("/lock")
        pages = []
        for room, words in (("kitchen", "wrong words entirely here now"), ("cellar", "wrong words entirely here now")):
            stranger = Walker(house)
            stranger.fill("/open", room=room, passphrase=words)
            pages.append((stranger.status, len(stranger.page) - len(room)))
        assert pages[0] == pages[1]


def test_a_room_comes_back_with_kit_and_passphrase(tmp_path: Path) -> None:
    """A new machine: the twelve words find the backup on the hub, the passphrase opens it; neither alone does."""
    import re

    from tests.walker import PHRASE

    port = 18431
    with House(tmp_path / "one", "--hub-port", str(port)) as one:
        huda = Walker(one)
        huda.found()
        huda.fill("/aid/ask", **_need(huda, "a bicycle pump"))
        huda.until("/aid", "a bicycle pump")
        huda.get("/kit")
        kit = " ".join(re.findall(r"<li><bdi>([^<]+)</bdi></li>", huda.page))
        huda.get("/kit?try")
        huda.post("/kit", kit="wrong " + kit)
        assert huda.status == 422
        huda.post("/kit", kit=kit)
        assert huda.path == "/", huda.text()
        with House(tmp_path / "two", "--hub", f"http://127.0.0.1:{port}") as two:
            again = Walker(two)
            again.fill("/recover", kit=kit, passphrase="not the right words at all", room="cellar")
            assert again.status == 422
            again.fill("/recover", kit=kit, passphrase=PHRASE, room="cellar")
            assert again.path == "/", again.text()
            again.until("/aid", "a bicycle pump")
