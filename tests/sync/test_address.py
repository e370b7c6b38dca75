"""Where a room may be sent by an address that somebody typed: to an onion service, to a public host, seldom to this machine."""

import http.server
import threading

import pytest

from nasij.errors import HubUnreachable, Malformed
from nasij.gate import LOCAL_HUB, Gate, read_link, write_link
from nasij.settings import Settings
from nasij.sync.address import given_address, is_public
from nasij.sync.transport import HttpTransport

ONION = "a2" * 28 + ".onion"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (f"http://{ONION}", f"http://{ONION}"),
        (f"{ONION.upper()}:8421/", f"http://{ONION}:8421"),
        ("https://hub.example.org", "https://hub.example.org"),
        (" https://hub.example.org:444/ ", "https://hub.example.org:444"),
        ("https://9.9.9.9", "https://9.9.9.9"),
        (f"https://{ONION}", f"https://{ONION}"),
    ],
)
@pytest.mark.parametrize("alone", [True, False])
def test_an_onion_and_a_public_host_are_hubs_in_every_house(typed: str, kept: str, alone: bool) -> None:
    assert given_address(typed, this_machine=alone) == kept


@pytest.mark.parametrize("typed", ["http://127.0.0.1:8421", "http://localhost:1", "http://[::1]:8421", "127.0.0.1:99"])
def test_this_machine_is_reached_only_in_a_house_of_ones_own(typed: str) -> None:
    assert given_address(typed, this_machine=True)
    with pytest.raises(Malformed):
        given_address(typed, this_machine=False)


@pytest.mark.parametrize(
    "typed",
    [
        "unix:/run/docker.sock", "file:///etc/passwd", "ftp://hub.example.org", "sample", "local",
        "http://hub.example.org", "http://10.0.0.5:8421", "http://169.254.169.254/latest", "http://2130706433",
        "http://127.1", "http://0x7f.0.0.1", "http://127.0.0.1.example.org", "https://127.0.0.1", "https://localhost",
        "https://10.1.2.3", "https://192.168.0.1", "https://[::1]", "https://[fe80::1]", "https://[::ffff:10.0.0.1]",
        "https://2130706433", "https://0x7f000001", "https://10.1", "https://169.254.169.254", "https://0.0.0.0",
        "https://user:secret@hub.example.org", "https://hub.example.org/path", "https://hub.example.org?x=1",
        "https://hub.example.org#x", "https://", "http://" + "a2" * 20 + ".onion", f"http://{ONION}.example.org",
        "https://hub.example.org:99999", "https://hub example.org", "", "://", "\0",
    ],
)  # fmt: skip
def test_nothing_else_is_gone_to(typed: str) -> None:
    for alone in (True, False):
        with pytest.raises(Malformed):
            given_address(typed, this_machine=alone)


def test_a_name_that_leads_into_this_machine_is_let_go_before_a_word_is_said() -> None:
    """The name is public, what it leads to is not: judged by where the connection went, each time."""
    heard: list[bytes] = []

    class Deaf(http.server.BaseHTTPRequestHandler):
        def handle(self) -> None:
            heard.append(self.rfile.read(1))

    with http.server.HTTPServer(("127.0.0.1", 0), Deaf) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        with pytest.raises(HubUnreachable):
            HttpTransport(f"https://localhost:{server.server_address[1]}", 2, 4).exchange("read", b"")
    assert heard in ([], [b""])


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "fe80::1%eth0", "::ffff:192.168.1.1", "224.0.0.1", "x"])
def test_addresses_around_here_are_not_public(address: str) -> None:
    assert not is_public(address)
    assert is_public("9.9.9.9")
    assert is_public("2620:fe::fe")


@pytest.mark.parametrize("hub", [f"http://{ONION}", "https://hub.example.org:444", "http://127.0.0.1:8421", ""])
def test_a_link_carries_its_hub_there_and_back(hub: str) -> None:
    link = bytes(range(16))
    read, address = read_link("http://house.example/j/" + write_link(link, hub))
    assert read == link
    assert (given_address(address, this_machine=True) if address else "") == hub


def test_a_gate_asks_the_rule_for_what_is_typed_and_not_for_what_its_house_uses(tmp_path) -> None:
    """An empty field is the house's own hub, wherever the owner put it."""
    gate = Gate(Settings(tmp_path, 0), "http://10.0.0.5:8421", own_house=False)
    assert gate.given(" ") == LOCAL_HUB
    assert gate.address(LOCAL_HUB) == "http://10.0.0.5:8421"
    with pytest.raises(Malformed):
        gate.given("http://127.0.0.1:8421")
