"""What somebody at the terminal is told where a command cannot do what was asked: one sentence, and never where in the program."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from nasij import app
from nasij.app import Plan, bind, take_folder
from nasij.errors import Refused
from nasij.settings import Settings
from tests.walker import ROOT

HOLDER = """
import sys
from pathlib import Path
from nasij.app import take_folder
from nasij.settings import Settings
take_folder(Settings(Path(sys.argv[1])), *sys.argv[2:])
print("held", flush=True)
sys.stdin.read()
"""


def nasij(home: Path, *arguments: str, language: str = "en") -> tuple[int, str]:
    """Run a command; returns how it ended and what it said."""
    environment = {**os.environ, "NASIJ_HOME": str(home), "LANG": language, "PYTHONPATH": str(ROOT / "src")}
    for name in ("LC_ALL", "LC_MESSAGES"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-m", "nasij", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [("up", "--port", "0"), ("hub",), ("demo", "--port", "0")])
def test_a_data_folder_that_is_a_file_is_named_as_what_is_wrong(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    home = tmp_path / "home"
    home.write_text("")
    for place in (home, home / "deeper"):
        ended, said = nasij(place, *arguments)
        assert ended == 1
        assert said.startswith("The data folder cannot be used. Name another folder with NASIJ_HOME")
        assert len(said.splitlines()) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        ("up", "--port", "99999"),
        ("up", "--port", "-1"),
        ("up", "--port", "0", "--hub-port", "70000"),
        ("hub", "--port", "0"),
        ("hub", "--port", "65536"),
    ],
)
def test_a_number_that_is_no_port_is_refused_before_anything_begins(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ended, said = nasij(tmp_path / "home", *arguments)
    assert ended == 2
    assert "port" in said
    assert "Traceback" not in said
    assert not (tmp_path / "home").exists()


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_port_that_another_program_has_is_named_in_the_language_of_the_terminal(
    tmp_path: Path, language: str
) -> None:
    with bind("127.0.0.1", 0) as taken:
        port = str(taken.getsockname()[1])
        for arguments in (("up", "--port", port), ("up", "--port", "0", "--hub-port", port), ("hub", "--port", port)):
            ended, said = nasij(tmp_path / "home", *arguments, language=language)
            assert ended == 1
            assert port in said
            assert len(said.splitlines()) == 1
            assert ("cannot be used" in said) == (language == "en")


@pytest.mark.slow
def test_a_second_house_over_the_same_data_folder_does_not_begin(tmp_path: Path) -> None:
    """Two hubs over one store would each take the other's socket, and neither would know what the other wrote."""
    home = tmp_path / "home"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(home), "house", "hub"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as first:
        assert first.stdout is not None
        assert first.stdin is not None
        assert first.stdout.readline() == "held\n"
        for arguments in (("up", "--port", "0"), ("hub",), ("demo", "--port", "0")):
            ended, said = nasij(home, *arguments)
            assert ended == 1
            assert said.startswith("nasij is running with this data folder already.")
        first.stdin.close()
    for descriptor in take_folder(Settings(home), "house", "hub"):
        os.close(descriptor)


@pytest.mark.parametrize("address", ["foo", "ftp://a", "http://", "http://a:99999", "127.0.0.1:8421"])
def test_what_is_no_address_of_a_hub_is_refused_at_the_start(tmp_path: Path, address: str) -> None:
    """A house would begin, and every form in it would say that the hub is away."""
    with pytest.raises(Refused) as problem:
        app.up(Plan(Settings(tmp_path / "home"), hub=address), print)
    assert problem.value.sentence == "This is no address of a hub."


def test_a_data_folder_with_a_name_too_long_for_a_socket_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(Refused) as problem:
        take_folder(Settings(tmp_path / ("a" * 100)), "house", "hub")
    assert "too long" in problem.value.sentence
    for descriptor in take_folder(Settings(tmp_path / ("a" * 100)), "house"):
        os.close(descriptor)  # the hub is elsewhere, so there is no socket


def test_the_other_loopback_address_can_be_listened_on_where_the_machine_has_it() -> None:
    if not socket.has_ipv6:
        pytest.skip("this machine has no such addresses")
    with bind("::1", 0) as listener:
        assert listener.getsockname()[1] > 0
