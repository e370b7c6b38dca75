"""Does this machine keep what it should keep? What `nasij doctor` looks at, and what every process does to itself at start.

The promise is that a node writes nothing readable to the disk of this computer. Swap, core dumps, sleep to disk and open
folders are the owner's to switch off; this says which of them are on, in plain words, and what one can do. It reads
``/proc`` and ``/sys`` (Linux; proc(5), sysfs(5)) and changes nothing. What cannot be seen is said to be unseen, not to be well.
"""

import ctypes
import ipaddress
import json
import os
import re
import resource
import shutil
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nasij.kit.field import mark

ROOT = Path("/")
SPACE_LEAST = 500_000_000  # bytes free: a snapshot, an outbox and the hub's window of a large network
ENTRIES_MOST = 5_000  # of the folder that are looked at
PYTHON_LEAST = (3, 11)
OPENSSL_LEAST = (3, 5)  # the first with ML-KEM
SQLITE_LEAST = (3, 37)  # the first with strict tables
RELEASED = 1_790_000_000  # a clock before September 2026 is wrong
FAR_OFF = 4_102_444_800  # and so is one after 2099
DAY = 86_400  # seconds

_PR_GET_DUMPABLE = 3  # prctl(2)
_PR_SET_DUMPABLE = 4
_MCL_CURRENT, _MCL_FUTURE, _MCL_ONFAULT = 1, 2, 4  # mlockall(2)
_M_MMAP_THRESHOLD = -3  # mallopt(3)
_LARGE_BLOCK = 1 << 20
_CAP_IPC_LOCK = 14  # capabilities(7)
_DEBUG_VARIABLES = (
    "PYTHONDEBUG",
    "PYTHONDEVMODE",
    "PYTHONINSPECT",
    "PYTHONASYNCIODEBUG",
    "PYTHONFAULTHANDLER",
    "PYTHONTRACEMALLOC",
    "PYTHONVERBOSE",
    "PYTHONMALLOCSTATS",
    "SSLKEYLOGFILE",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, whether it is well (None: it cannot be seen, or it depends), and what one can do (message ids)."""

    name: str
    ok: bool | None
    sentence: str
    advice: str = ""


def examine(home: Path, address: str = "127.0.0.1", root: Path = ROOT) -> list[Finding]:
    """Look at this machine for the data folder `home` and the `address` that the pages are bound to; changes nothing.

    `root` is where ``proc`` and ``sys`` are. Never raises for what it cannot read: that is a finding with ok None.
    """
    swap = _swap(root)
    trial = _trial()
    return [
        swap,
        _dumps(trial),
        _sleep(root, swap.ok),
        _memory_lock(trial),
        _folder(home),
        _disk(home, root),
        _temporary_folder(root),
        _temporary_tables(),
        _clock(home),
        _space(home),
        _account(),
        _debug(),
        _address(address),
        *_versions(),
    ]


def shape(findings: list[Finding]) -> dict[str, dict[str, bool | str | None]]:
    """Return the findings as ``--json`` writes them: ``{name: {ok, sentence, advice}}``."""
    return {f.name: {"ok": f.ok, "sentence": f.sentence, "advice": f.advice} for f in findings}


# --- what every process does to itself ------------------------------------------------------------------------------

CORE_FAILED = mark("Core dumps could not be switched off.")
DUMPABLE_FAILED = mark("Other programs of this account may be able to read this program's memory.")
LOCK_FAILED = mark("The memory of this program can be written to swap.")


def harden() -> list[str]:
    """Make this process keep its memory to itself; returns what could not be done, as message ids.

    No core dump, not readable by other processes of the account, new files for this account alone, and memory kept out of
    swap where the system lets an ordinary account do so. The last is not inherited by a fork, so a forked room calls it again;
    pages are locked when they are first used, so that forked rooms go on sharing what they share.
    """
    os.umask(0o077)
    failed = []
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError):
        failed.append(CORE_FAILED)
    if _libc("prctl", _PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        failed.append(DUMPABLE_FAILED)
    if not _may_lock() or _libc("mlockall", _MCL_CURRENT | _MCL_FUTURE | _MCL_ONFAULT) != 0:
        failed.append(LOCK_FAILED)
    return failed


def give_back_large_blocks() -> None:
    """Let a large block go back to the system when it is freed: by itself the C library learns to keep such blocks.

    Stretching a passphrase or opening a snapshot would leave a room megabytes larger for as long as it is open.
    """
    _libc("mallopt", _M_MMAP_THRESHOLD, _LARGE_BLOCK)


def _libc(name: str, *numbers: int) -> int:
    """Call a function of the C library with whole numbers; -1 where there is none of that name."""
    try:
        function = getattr(ctypes.CDLL(None, use_errno=True), name)
    except (OSError, AttributeError):
        return -1
    return int(function(*(ctypes.c_ulong(number) for number in numbers)))


def _may_lock() -> bool:
    """Say whether all memory may be locked. Under a limit, a lock that succeeds now makes a later allocation fail."""
    soft, _ = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    if soft == resource.RLIM_INFINITY:
        return True
    found = re.search(r"^CapEff:\s*([0-9a-f]+)", _read(Path("/proc/self/status")), re.MULTILINE)
    return found is not None and bool(int(found.group(1), 16) >> _CAP_IPC_LOCK & 1)


def _trial() -> dict[str, int] | None:
    """Harden a process made for this and return what became of it, since the one that examines may not be a room."""
    code = "import json; from nasij.doctor import state_of_process; print(json.dumps(state_of_process()))"
    try:
        told = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            timeout=20,
            check=True,
            env={**os.environ, "PYTHONPATH": _path()},
        )
        found: dict[str, int] = json.loads(told.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return found


def _path() -> str:
    return os.pathsep.join(place for place in sys.path if place)


def state_of_process() -> dict[str, int]:
    """Harden this process and tell its core limit, whether it can be dumped, and whether its memory is locked."""
    failed = harden()
    return {
        "core": resource.getrlimit(resource.RLIMIT_CORE)[0],
        "dumpable": _libc("prctl", _PR_GET_DUMPABLE, 0, 0, 0, 0),
        "locked": int(LOCK_FAILED not in failed),
    }


# --- memory: swap, dumps, sleep -------------------------------------------------------------------------------------


def _swap(root: Path) -> Finding:
    advice = mark(
        "Switch swap off, or encrypt it with a key that is new at each start. On Debian: cryptsetup with /dev/urandom as key file."
    )
    table = _read(root / "proc/swaps")
    if not table:
        return Finding("swap", None, mark("It cannot be seen whether this machine uses swap."), advice)
    if _read(root / "sys/fs/cgroup" / _group(root) / "memory.swap.max").strip() == "0":
        return Finding("swap", True, mark("This program is kept out of swap."))
    places = [line.split()[:2] for line in table.splitlines()[1:] if len(line.split()) >= 2]
    if not places:
        return Finding("swap", True, mark("This machine uses no swap."))
    kept = [_swap_is_kept(place.replace("\\040", " "), kind, root) for place, kind in places]
    if all(kept):
        return Finding("swap", True, mark("Swap is encrypted or stays in memory."))
    return Finding("swap", False, mark("Parts of the memory can be written to the disk unencrypted, as swap."), advice)


def _group(root: Path) -> str:
    for line in _read(root / "proc/self/cgroup").splitlines():
        if line.startswith("0::"):
            return line[3:].strip("/")
    return ""


def _swap_is_kept(place: str, kind: str, root: Path) -> bool:
    if Path(place).name.startswith("zram"):
        return True  # compressed memory; a zram device may write back to a disk only if it was told to
    device = _device_of_mount(Path(place), root) if kind == "file" else _number(place)
    return _encrypted(device, root) is True


def _dumps(trial: dict[str, int] | None) -> Finding:
    advice = mark("Let your system allow prctl to this program, and set kernel.core_pattern to nothing.")
    if trial is None:
        return Finding("dumps", None, mark("It could not be tried whether core dumps are off."), advice)
    if trial["dumpable"] == 0 and trial["core"] == 0:
        return Finding("dumps", True, mark("A crash of this program writes no memory to the disk."))
    return Finding("dumps", False, mark("A crash of this program can write its memory to the disk."), advice)


def _sleep(root: Path, swap_is_kept: bool | None) -> Finding:
    advice = mark(
        "Switch hibernation off (on Debian: systemctl mask hibernate.target hybrid-sleep.target), and switch the computer "
        "fully off when you leave it: sleep and a closed lid keep keys in memory."
    )
    states = _read(root / "sys/power/state").split()
    way = _read(root / "sys/power/disk")
    if "disk" not in states or "[disabled]" in way:
        return Finding("sleep", True, mark("This machine does not write its memory to the disk to sleep."))
    if swap_is_kept:
        return Finding("sleep", True, mark("There is no unencrypted place to which this machine could sleep."))
    sentence = mark("This machine can write all of its memory to the disk when it sleeps.")
    return Finding("sleep", None if swap_is_kept is None else False, sentence, advice)


def _memory_lock(trial: dict[str, int] | None) -> Finding:
    advice = mark(
        "It matters only where swap is on and unencrypted. Set the limit memlock of this account to unlimited, or switch swap off."
    )
    if trial is None:
        return Finding("memory_lock", None, mark("It could not be tried whether memory stays out of swap."), advice)
    if trial["locked"]:
        return Finding("memory_lock", True, mark("This program can keep its memory out of swap."))
    return Finding("memory_lock", None, mark("This account may not keep memory out of swap."), advice)


# --- places on the disk ---------------------------------------------------------------------------------------------


def _folder(home: Path) -> Finding:
    advice = mark("Make the folder and all in it readable by this account alone: chmod -R go= and the folder's name.")
    try:
        found = home.stat()
    except FileNotFoundError:
        return Finding("folder", None, mark("The data folder is not there yet. It is made at the first start."))
    except OSError:
        return Finding("folder", False, mark("The data folder cannot be read."), advice)
    if found.st_uid != os.geteuid():
        return Finding("folder", False, mark("The data folder belongs to another account."), advice)
    if stat.S_IMODE(found.st_mode) & 0o077:
        return Finding("folder", False, mark("Other accounts of this machine can look into the data folder."), advice)
    if any(stat.S_IMODE(entry.st_mode) & 0o077 for entry in _entries(home)):
        sentence = mark("Some files in the data folder are open to other accounts, should the folder itself be opened.")
        return Finding("folder", False, sentence, advice)
    return Finding("folder", True, mark("The data folder can be read by this account alone."))


def _entries(home: Path) -> Iterator[os.stat_result]:
    """Yield what is in the folder, at most ENTRIES_MOST, without following links."""
    left = ENTRIES_MOST
    for folder, folders, files in os.walk(home):
        for name in (*folders, *files):
            left -= 1
            if left < 0:
                return
            try:
                found = os.lstat(Path(folder) / name)
            except OSError:
                continue
            if not stat.S_ISLNK(found.st_mode):
                yield found


def _disk(home: Path, root: Path) -> Finding:
    advice = mark(
        "Use full-disk encryption with a long passphrase. It protects only while the computer is switched off."
    )
    if _encrypted(_device_of_mount(home, root), root):
        return Finding("disk", True, mark("The disk of the data folder is encrypted."))
    return Finding("disk", None, mark("It cannot be seen that the disk of the data folder is encrypted."), advice)


def _temporary_folder(root: Path) -> Finding:
    place = Path(os.environ.get("TMPDIR") or "/tmp")  # noqa: S108  only looked at
    if _mount(place, root)[1] in ("tmpfs", "ramfs"):
        return Finding("temporary_folder", True, mark("Temporary files of this machine stay in memory."))
    if _encrypted(_device_of_mount(place, root), root):
        return Finding("temporary_folder", True, mark("Temporary files of this machine are on an encrypted disk."))
    return Finding(
        "temporary_folder",
        None,
        mark("Temporary files of this machine are on a disk. This program writes none, but what it uses might."),
        mark(
            "Put the temporary folder into memory: on Debian, systemctl enable tmp.mount; or set TMPDIR to a folder on tmpfs."
        ),
    )


def _temporary_tables() -> Finding:
    advice = mark("Use a Python whose SQLite was not built with SQLITE_TEMP_STORE=0.")
    db = sqlite3.connect(":memory:")
    try:
        built = {row[0] for row in db.execute("pragma compile_options")}
        db.execute("pragma temp_store = memory")
        kept = db.execute("pragma temp_store").fetchone()[0] == 2 and "TEMP_STORE=0" not in built
    finally:
        db.close()
    if kept:
        return Finding("temporary_tables", True, mark("The database keeps its temporary tables in memory."))
    return Finding("temporary_tables", False, mark("The database would write temporary tables to the disk."), advice)


def _space(home: Path) -> Finding:
    advice = mark("Free some space. Without it, nothing new can be saved.")
    place = next((p for p in (home, *home.parents) if p.exists()), ROOT)
    try:
        free = shutil.disk_usage(place).free
    except OSError:
        return Finding("space", None, mark("It cannot be seen how much space is left."), advice)
    if free >= SPACE_LEAST:
        return Finding("space", True, mark("There is enough space on the disk."))
    return Finding("space", False, mark("The disk is nearly full."), advice)


def _read(path: Path) -> str:
    """Return the text of a small file of the system; "" where it cannot be read."""
    try:
        return path.read_text(errors="replace")[:100_000]
    except OSError:
        return ""


def _mount(place: Path, root: Path) -> tuple[str, str, str]:
    """Return device number, kind and source of the file system that `place` is on (proc(5), mountinfo)."""
    place = Path(os.path.realpath(place))
    best, found = -1, ("", "", "")
    for line in _read(root / "proc/self/mountinfo").splitlines():
        before, _, after = line.partition(" - ")
        fields, (kind, source, *_) = before.split(), [*after.split(), "", ""]
        if len(fields) < 5:
            continue
        point = Path(fields[4].replace("\\040", " "))
        if (place == point or point in place.parents) and len(point.parts) >= best:
            best, found = len(point.parts), (fields[2], kind, source)
    return found


def _device_of_mount(place: Path, root: Path) -> str:
    number, _, source = _mount(place, root)
    if number.startswith("0:") and source.startswith("/dev/"):
        return _number(source)  # such as btrfs, whose own number is of no device
    return number


def _number(device: str) -> str:
    """Return a device file's number as ``major:minor``."""
    try:
        found = Path(device).stat().st_rdev
    except OSError:
        return ""
    return f"{os.major(found)}:{os.minor(found)}"


def _encrypted(device: str, root: Path, depth: int = 8) -> bool | None:
    """Say whether all that is written to a device is encrypted below; None where the device is not known here."""
    place = root / "sys/dev/block" / device
    if not device or not place.exists() or not depth:
        return None
    if _read(place / "dm/uuid").startswith("CRYPT-"):
        return True
    try:
        below = [_read(part / "dev").strip() for part in sorted((place / "slaves").iterdir())]
    except OSError:
        below = []
    return bool(below) and all(_encrypted(part, root, depth - 1) for part in below)


# --- the rest -------------------------------------------------------------------------------------------------------


def _clock(home: Path) -> Finding:
    advice = mark("Set the date and the time. Invitations, lapses and forgetting go by them.")
    now = time.time()
    if not RELEASED <= now <= FAR_OFF:
        return Finding("clock", False, mark("The clock of this machine is wrong."), advice)
    newest = max((entry.st_mtime for entry in _entries(home)), default=0) if home.is_dir() else 0
    if newest > now + DAY:
        return Finding(
            "clock", False, mark("The clock of this machine was set back: there are files from the future."), advice
        )
    return Finding("clock", True, mark("The clock of this machine looks right."))


def _account() -> Finding:
    if os.geteuid() != 0:
        return Finding("account", True, mark("This program runs as an ordinary account."))
    return Finding(
        "account",
        False,
        mark("This program runs as the administrator of the machine (root)."),
        mark("Run it as an account of its own that may do nothing else."),
    )


def _debug() -> Finding:
    if sys.flags.dev_mode or sys.flags.inspect or any(os.environ.get(name) for name in _DEBUG_VARIABLES):
        return Finding(
            "debug",
            False,
            mark("Something that helps to look for mistakes is on; it may show or keep what should stay inside."),
            mark("Start without variables such as PYTHONDEVMODE, PYTHONINSPECT or SSLKEYLOGFILE."),
        )
    return Finding("debug", True, mark("Nothing is on that would show the inside of this program."))


def _address(address: str) -> Finding:
    advice = mark(
        "Bind to 127.0.0.1 or a socket file, and let others reach it through an onion service or a proxy with HTTPS."
    )
    if os.environ.get("FORWARDED_ALLOW_IPS", "") not in ("", "127.0.0.1"):
        return Finding("address", False, mark("Other machines may say from which address a request comes."), advice)
    if address.startswith(("unix:", "/")) or address == "localhost" or _is_loopback(address):
        return Finding("address", True, mark("The pages can be reached from this machine alone."))
    return Finding(
        "address", False, mark("The pages can be reached from other machines without protection on the way."), advice
    )


def _is_loopback(address: str) -> bool:
    host = address[1:].partition("]")[0] if address.startswith("[") else address
    if host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _versions() -> list[Finding]:
    from cryptography.hazmat.backends.openssl import backend

    openssl = tuple(int(part) for part in re.findall(r"\d+", backend.openssl_version_text())[:2])
    advice = mark("Bring this machine up to date; old versions have known holes.")
    return [
        Finding("python", True, mark("The version of Python is recent enough."))
        if sys.version_info[:2] >= PYTHON_LEAST
        else Finding("python", False, mark("The version of Python is too old."), advice),
        Finding("openssl", True, mark("The version of OpenSSL is recent enough."))
        if openssl >= OPENSSL_LEAST
        else Finding("openssl", False, mark("The version of OpenSSL is too old."), advice),
        Finding("sqlite", True, mark("The version of SQLite is recent enough."))
        if sqlite3.sqlite_version_info[:2] >= SQLITE_LEAST
        else Finding("sqlite", False, mark("The version of SQLite is too old."), advice),
    ]
