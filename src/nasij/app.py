"""Everything put together: the processes of a house, and the hub beside it. The only place that knows all parts.

``nasij up`` makes four kinds of processes: the house in front (this one), the hub, the nursery, and a room for each unlocked
member. When the house ends, all end.
"""

import asyncio
import contextlib
import fcntl
import importlib
import os
import secrets
import signal
import socket
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from nasij.clock import SystemClock
from nasij.errors import DiskFull, Locked, Refused
from nasij.gate import LOCAL_HUB, Entered, Gate
from nasij.hub.shelf import Shelf
from nasij.kit.field import mark
from nasij.line import KEPT_DAYS
from nasij.settings import Settings
from nasij.web import nursery
from nasij.web.faces import Face, face_of
from nasij.web.house import House
from nasij.web.porch import Porch, unpark
from nasij.web.session import hash_of

READY_SECONDS = 20
END_SECONDS = 5
HUB_PAUSE_SECONDS = 0.25  # before a hub that died is begun anew; longer each time it dies at once
HUB_PAUSE_MOST_SECONDS = 30.0
WARM = (
    *("uvloop", "uvicorn", "uvicorn.protocols.http.httptools_impl", "cryptography.hazmat.backends.openssl.backend"),
    *("nasij.web.photos", "nasij.web.sheets", "segno"),
)
SOCKET_PATH_MAX = 107  # bytes, on Linux
ANOTHER_FOLDER = mark("Name another folder with NASIJ_HOME, one that this account may write to.")
SAMPLE_PASSPHRASE = "sample"  # noqa: S105  of invented people


@dataclass(slots=True)
class Plan:
    """What `nasij up` was asked to run."""

    settings: Settings
    host: str = "127.0.0.1"
    port: int = 0
    hub: str = ""  # another hub's address; empty to run one here
    hub_port: int = 0  # also let other houses on this machine reach the hub
    secure: bool = False
    own_house: bool = True


def protocol_factory(app: Any) -> Callable[[], asyncio.Protocol]:
    """Return what makes a protocol for one accepted connection, for an ASGI application that needs no server around it."""
    import uvicorn
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
    from uvicorn.server import ServerState

    config = uvicorn.Config(
        app, access_log=False, log_config=None, log_level="critical", server_header=False, lifespan="off", ws="none"
    )
    config.load()
    state = ServerState()
    return lambda: HttpToolsProtocol(config, state, {})


def _face(settings: Settings) -> Callable[[], Face]:
    """Return what asks which face this house shows to strangers."""
    return lambda: face_of(settings.face())


# --- a room's process -----------------------------------------------------------------------------------------------


class RoomProcess:
    """A process that takes one form of the porch and, if that worked, becomes the room."""

    def __init__(self, plan: Plan, key: bytes, control: socket.socket, hub: str) -> None:
        """Take the way to the house."""
        self.plan = plan
        self.control = control
        self.gate = Gate(plan.settings, hub, own_house=plan.own_house)
        self.porch = Porch(key, doors=self, own_house=plan.own_house, secure=plan.secure, face=_face(plan.settings))
        self.resident: Any = None
        self.making: Any = None  # the claim to make the sample network, where that is what this process was asked for
        self._factory = protocol_factory(self.porch.app())
        self._tasks: set[asyncio.Task[None]] = set()
        self._done = asyncio.Event()

    async def run(self) -> None:
        """Serve what the house hands over, until the end."""
        loop = asyncio.get_running_loop()
        self.control.setblocking(False)
        loop.add_reader(self.control.fileno(), self._hear)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._done.wait(), 60)
        if self.resident is not None:
            await self.resident.live()
        await asyncio.sleep(0.2)
        if self.making is not None:  # the house need not wait for that
            loop.remove_reader(self.control.fileno())
            self.control.close()

    def _hear(self) -> None:
        try:
            raw, descriptors, _, _ = socket.recv_fds(self.control, 4096, 4)
        except BlockingIOError:
            return
        except OSError:
            raw, descriptors = b"", []
        if not raw:
            if self.resident is not None:
                self.resident.lock(at_once=False)
            else:
                os._exit(0)
        for descriptor in descriptors:
            connection = socket.socket(fileno=descriptor)
            connection.setblocking(False)
            task = asyncio.get_running_loop().create_task(self._take(connection))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if raw and not descriptors and self.resident is not None:
            self.resident.hear(raw)

    async def _take(self, connection: socket.socket) -> None:
        first = self.resident is None
        transport, _ = await asyncio.get_running_loop().connect_accepted_socket(self._factory, connection)
        if first:
            while not transport.is_closing():
                await asyncio.sleep(0.02)
            self._done.set()

    # --- the doors -----------------------------------------------------------------------------------------------

    async def enter(self, path: str, given: Mapping[str, str], secret: str) -> str:
        """Open, found, knock, recover or look around; the room then lives in this process."""
        doors: dict[str, Callable[[Mapping[str, str]], Entered]] = {
            "/open": lambda g: self.gate.open(g.get("room", ""), g.get("passphrase", "")),
            "/found": self.gate.found,
            "/join": self.gate.knock,
            "/recover": self.gate.recover,
            "/sample": self._sample,
        }
        if path == "/sample" and given.get("eyes") == "make":
            return self._claim_sample()
        entered = await asyncio.to_thread(doors[path], given)
        parked = given.get("_parked", "")
        if not self._become(entered, hash_of(secret)):
            return "/"
        await self.resident.look_first()
        if parked:
            where, typed = unpark(parked)
            self.resident.parked[where] = typed
            return where
        return "/kit" if path == "/found" else "/"

    def _become(self, entered: Entered, hashed: str) -> bool:
        """Become the room; False where another process is it already and takes the session."""
        from nasij.pages import own_pages
        from nasij.resident import Resident
        from nasij.web.server import RoomPages

        resident = Resident(self.gate, entered, self.control, secure=self.plan.secure)
        if not resident.claim():
            resident.ask_adoption(hashed)
            if not entered.node.vault.locked_away:
                return False
            resident.take_over()
        resident.settle(hashed)
        resident.keep_face()
        self.resident = resident
        self._factory = protocol_factory(RoomPages(resident, own_pages(resident)).app())
        return True

    def _claim_sample(self) -> str:
        """Begin to make the sample network once the answer is out; somebody else may be making it, or have made it."""
        from nasij.sample import claim

        self.making = self.making or claim(self.plan.settings)
        return "/sample"

    def _sample(self, given: Mapping[str, str]) -> Entered:
        from nasij.node import room

        eyes = given.get("eyes", "")
        folder = self.plan.settings.sample / "rooms" / eyes
        if eyes not in ("newcomer", "trusted", "coordinator") or not (folder / room.VAULT).exists():
            raise Locked
        passphrase = SAMPLE_PASSPHRASE.encode()
        node = room.open_room(folder, self.gate.areas, self.gate.clock, passphrase, alone=False)
        node.secrets.settings["language"] = given.get("language", "ar")
        return Entered(node, folder)

    def suggested(self, language: str) -> str:
        """Return a passphrase of words that somebody could use."""
        from nasij.seal import words

        return words.passphrase(language)

    def sample_state(self) -> str:
        """Say how far the sample network is."""
        from nasij.sample import state

        return state(self.plan.settings)


def run_room(plan: Plan, key: bytes, hub: str, control: socket.socket) -> None:
    """Run a room's process until it ends; never returns."""
    from nasij.doctor import give_back_large_blocks, harden

    harden()  # a lock of memory does not survive a fork
    give_back_large_blocks()
    import uvloop

    async def main() -> RoomProcess:
        process = RoomProcess(plan, key, control, hub)
        await process.run()
        return process

    making = uvloop.run(main()).making
    if making is not None:
        from nasij.sample import play

        play(plan.settings, making, lambda _gone, _of: None)
    os._exit(0)


# --- the hub's process ----------------------------------------------------------------------------------------------


def run_hub(
    settings: Settings, address: str, port: int = 0, host: str = "127.0.0.1", window_days: int = KEPT_DAYS
) -> None:
    """Serve a hub at a socket in the file system, at a port, or at both; returns when told to stop."""
    import uvicorn

    from nasij.clock import SystemClock
    from nasij.hub.server import expire_daily, make_app
    from nasij.seal.primitives import verify

    shelf = Shelf(settings.shelf, verify, SystemClock().hour)

    async def main() -> None:
        listeners = []
        if address.startswith("unix:"):
            path = Path(address.removeprefix("unix:"))
            path.unlink(missing_ok=True)
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            listener.bind(str(path))
            path.chmod(0o600)
            listeners.append(listener)
        if port:
            listeners.append(bind(host, port))
        config = uvicorn.Config(
            make_app(shelf),
            access_log=False,
            log_level="critical",
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        daily = asyncio.create_task(expire_daily(shelf, window_days))
        doubting = asyncio.create_task(_end_in_doubt(shelf, server))
        await server.serve(sockets=listeners)
        daily.cancel()
        doubting.cancel()

    import uvloop

    uvloop.run(main())
    shelf.close()


async def _end_in_doubt(shelf: Shelf, server: Any) -> None:
    """End a hub that no longer knows what its disk holds: begun anew, it reads what is really there."""
    while not shelf.in_doubt:
        await asyncio.sleep(1)
    server.should_exit = True


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket; raises `Refused` where the port is taken or not for this account."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise Refused(
            mark("The port %(port)d cannot be used; perhaps another program has it."),
            advice=mark("Choose another one with --port or --hub-port; with --port 0 any free one is found."),
            port=port,
        ) from None
    return listener


# --- the data folder ------------------------------------------------------------------------------------------------


def take_folder(settings: Settings, *roles: str) -> list[int]:
    """Make the data folder ready and take it for as long as this process lives, as a ``house``, a ``hub`` or both.

    Two hubs over one store would each believe that they alone write to it. The lock is this process's and goes with it; a
    fork has no part in it. Returns what holds it; raises `Refused` with a sentence for whoever sits at the terminal.
    """
    if "hub" in roles and len(os.fsencode(settings.hub_socket.absolute())) > SOCKET_PATH_MAX:
        raise Refused(
            mark("The name of the data folder is too long."), advice=mark("Name a shorter one with NASIJ_HOME.")
        )
    held = []
    try:
        settings.prepare()
        for role in roles:
            held.append(os.open(settings.home / "run" / f"{role}.lock", os.O_RDWR | os.O_CREAT, 0o600))
    except OSError:
        raise Refused(mark("The data folder cannot be used."), advice=ANOTHER_FOLDER) from None
    for descriptor in held:
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refused(
                mark("nasij is running with this data folder already."),
                advice=mark("Use what is running, or stop it first; or name another folder with NASIJ_HOME."),
            ) from None
    return held


# --- the house ------------------------------------------------------------------------------------------------------


def up(plan: Plan, ready: Callable[[str], None]) -> None:
    """Run a house, and a hub beside it unless another is named; `ready` gets the address once pages are served."""
    _check_hub(plan.hub)
    held = take_folder(plan.settings, *(["house"] if plan.hub else ["house", "hub"]))
    listener = bind(plan.host, plan.port)
    listener.setblocking(False)
    if plan.hub_port:
        bind("127.0.0.1", plan.hub_port).close()  # the hub's own process takes it, and could tell nobody
    hub = plan.hub or f"unix:{plan.settings.hub_socket}"
    hub_pid = 0 if plan.hub else _fork_hub(plan, hub, listener)
    key = secrets.token_bytes(32)
    _warm()
    with contextlib.suppress(DiskFull, OSError):
        _rehearse(plan.settings)  # where the disk is full, rooms are a little larger, and whoever opens theirs can read
    asked, nursery_pid = nursery.start(lambda control: run_room(plan, key, hub, control), close=(listener,))
    try:
        import uvloop

        uvloop.run(_serve(plan, listener, asked, key, ready))
    finally:
        for pid in (nursery_pid, hub_pid):
            if pid:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, 0)
        for descriptor in held:
            os.close(descriptor)


def _check_hub(address: str) -> None:
    """Refuse what is no address of a hub. Which one it is, the owner of the house decides."""
    parts = urlsplit(address)
    with contextlib.suppress(ValueError):
        if not address or (parts.scheme in ("http", "https") and parts.hostname and parts.port != 0):
            return
    if not address.startswith("unix:/"):
        raise Refused(
            mark("This is no address of a hub."), advice=mark("Write it like this: --hub http://127.0.0.1:8421")
        )


def _fork_hub(plan: Plan, address: str, listener: socket.socket) -> int:
    pid = os.fork()
    if pid == 0:
        listener.close()
        nursery.die_with_parent()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            _keep_hub(plan, address)
        finally:
            os._exit(0)
    _wait_for(Path(address.removeprefix("unix:")))
    return pid


def _keep_hub(plan: Plan, address: str) -> None:
    """Run the hub in a process of its own and begin it anew where it dies; meanwhile what rooms say waits with them."""
    import time

    child, told_to_stop = 0, False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal told_to_stop
        told_to_stop = True
        if child:
            os.kill(child, signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)
    pause = HUB_PAUSE_SECONDS
    while True:
        began = time.monotonic()
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            nursery.die_with_parent()
            run_hub(plan.settings, address, plan.hub_port)
            os._exit(0)
        os.waitpid(child, 0)
        if told_to_stop:
            return
        lived = time.monotonic() - began
        pause = HUB_PAUSE_SECONDS if lived > HUB_PAUSE_MOST_SECONDS else min(2 * pause, HUB_PAUSE_MOST_SECONDS)
        time.sleep(pause)


def _wait_for(path: Path) -> None:
    import time

    for _ in range(READY_SECONDS * 50):
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.connect(str(path))
            return
        time.sleep(0.02)


def _warm() -> None:
    """Load everything a room needs, so that rooms share it."""
    import nasij.pages
    import nasij.resident
    from nasij.seal.words import strength
    from nasij.web.templates import environment, styles
    from nasij.web.words import LANGUAGES, Words

    for library in WARM:
        importlib.import_module(library)
    strength("loads what judges passphrases", [])
    styles()
    for name in environment().list_templates(extensions=["html"]):
        environment().get_template(name)
    for language in LANGUAGES:
        words = Words(language)
        assert words.gettext("Home") and words.day(0) and words.hour(0) and words.number(0)
    assert nasij.pages and nasij.resident


def _rehearse(settings: Settings) -> None:
    """Found a network that nobody keeps and open its room, so that rooms share what the first time lays out: megabytes each.

    Its keys are random and gone at once, like its folder and the hub, which is in memory.
    """
    from nasij.hub.dispatch import dispatch
    from nasij.seal.primitives import verify
    from nasij.seal.words import passphrase
    from nasij.sync.transport import LocalTransport

    with tempfile.TemporaryDirectory(dir=settings.home) as folder:
        kept = Settings(Path(folder), argon_cost=0)
        kept.prepare()
        hub = Shelf(None, verify, SystemClock().hour)
        gate = Gate(kept, "", door=LocalTransport(lambda call, request: dispatch(hub, None, call, request)))
        words = passphrase("en")
        gate.found({"network": "rehearsal", "alias": "nobody", "room": words, "passphrase": words})
        gate.open(words, words)


async def _serve(
    plan: Plan, listener: socket.socket, asked: socket.socket, key: bytes, ready: Callable[[str], None]
) -> None:
    loop = asyncio.get_running_loop()
    port = listener.getsockname()[1]
    host = f"[{plan.host}]" if ":" in plan.host else plan.host
    hosts = frozenset({f"{host}:{port}", f"localhost:{port}"}) if plan.own_house else frozenset[str]()
    house = House(asked, hosts)
    porch = _HousePorch(plan.settings)
    face = _face(plan.settings)
    factory = protocol_factory(Porch(key, doors=porch, own_house=plan.own_house, secure=plan.secure, face=face).app())
    stopping = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopping.set)
    serving = loop.create_task(house.serve(listener, factory))
    ready(f"http://{host}:{port}/")
    await stopping.wait()
    serving.cancel()
    await house.end_all(END_SECONDS)


class _HousePorch:
    """The doors as the house shows them: it opens none itself."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def enter(self, _path: str, _given: Mapping[str, str], _secret: str) -> str:
        raise Locked

    def suggested(self, language: str) -> str:
        from nasij.seal import words

        return words.passphrase(language)

    def sample_state(self) -> str:
        from nasij.sample import state

        return state(self._settings)


__all__ = ["LOCAL_HUB", "Plan", "bind", "run_hub", "take_folder", "up"]
