"""The doctor: each thing that could put memory or rows on a disk is noticed, and what cannot be seen is not called well."""

import json
import os
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner
from typer.main import get_command

from nasij import doctor
from nasij.cli import app
from nasij.doctor import Finding, examine, shape
from nasij.web.words import Words

DISK_8_1 = "36 35 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw"


class Machine:
    """A machine made of files, as ``/proc`` and ``/sys`` show it."""

    def __init__(self, path):
        self.root = path
        self.write("proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n")
        self.write("proc/self/mountinfo", DISK_8_1 + "\n")
        self.write("sys/power/state", "freeze mem\n")
        self.device("8:1")

    def write(self, name, text):
        place = self.root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)

    def device(self, number, uuid="", below=()):
        self.write(f"sys/dev/block/{number}/dev", number + "\n")
        (self.root / f"sys/dev/block/{number}/slaves").mkdir(exist_ok=True)
        if uuid:
            self.write(f"sys/dev/block/{number}/dm/uuid", uuid + "\n")
        for part in below:
            self.write(f"sys/dev/block/{number}/slaves/{part.replace(':', '-')}/dev", part + "\n")

    def swaps(self, *lines):
        self.write("proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n" + "".join(line + "\n" for line in lines))

    def mounts(self, *lines):
        self.write("proc/self/mountinfo", "".join(line + "\n" for line in lines))


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path / "machine")


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture(autouse=True)
def calm(monkeypatch):
    """Leave out what the tests' own surroundings bring along, and the second process where it is not the point."""
    for name in (*doctor._DEBUG_VARIABLES, "TMPDIR", "FORWARDED_ALLOW_IPS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(doctor, "_trial", lambda: {"core": 0, "dumpable": 0, "locked": 1})


def found(name, home, machine, **more):
    return next(f for f in examine(home, root=machine.root, **more) if f.name == name)


def test_a_machine_that_keeps_everything_has_no_bad_finding(home, machine, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: home.stat().st_uid or 1000)
    monkeypatch.setattr(doctor, "_folder", lambda home: Finding("folder", True, "x"))
    machine.device("8:1", "CRYPT-LUKS2-abc")
    findings = examine(home, root=machine.root)
    assert {f.name for f in findings if f.ok is not True} == set()
    assert len({f.name for f in findings}) == len(findings)


def test_every_finding_has_a_sentence_and_a_bad_one_has_advice(home, machine):
    for one in examine(home, root=machine.root / "nowhere", address="0.0.0.0"):
        assert one.sentence.endswith(".")
        assert one.ok or one.advice


def test_the_shape_for_scripts(home, machine):
    shaped = json.loads(json.dumps(shape(examine(home, root=machine.root))))
    assert set(shaped["swap"]) == {"ok", "sentence", "advice"}
    assert shaped["swap"]["ok"] is True


def test_no_swap_is_well(home, machine):
    assert found("swap", home, machine).ok is True


def test_unencrypted_swap_is_noticed(home, machine, monkeypatch):
    monkeypatch.setattr(doctor, "_number", {"/dev/sda2": "8:2"}.get)
    machine.device("8:2")
    machine.swaps("/dev/sda2 partition 100 0 -2")
    assert found("swap", home, machine).ok is False


def test_a_swap_file_on_an_open_disk_is_noticed(home, machine):
    machine.swaps("/swap\\040file file 100 0 -2")
    assert found("swap", home, machine).ok is False


def test_encrypted_swap_is_well_also_below_a_volume(home, machine, monkeypatch):
    monkeypatch.setattr(doctor, "_number", {"/dev/dm-1": "253:1", "/dev/dm-0": "253:0"}.get)
    machine.device("253:0", "CRYPT-PLAIN-swap")
    machine.device("253:1", "LVM-xyz", below=["253:0"])
    machine.swaps("/dev/dm-0 partition 100 0 -2", "/dev/dm-1 partition 100 0 -3", "/dev/zram0 partition 1 0 5")
    assert found("swap", home, machine).ok is True
    machine.device("253:1", "LVM-xyz", below=["253:0", "8:1"])
    assert found("swap", home, machine).ok is False


def test_a_device_that_rests_on_itself_ends(home, machine, monkeypatch):
    monkeypatch.setattr(doctor, "_number", {"/dev/dm-1": "253:1"}.get)
    machine.device("253:1", "LVM-x", below=["253:1"])
    machine.swaps("/dev/dm-1 partition 100 0 -2")
    assert found("swap", home, machine).ok is False


def test_a_group_of_processes_without_swap_is_well(home, machine):
    machine.swaps("/swapfile file 100 0 -2")
    machine.write("proc/self/cgroup", "0::/system.slice/nasij.service\n")
    machine.write("sys/fs/cgroup/system.slice/nasij.service/memory.swap.max", "0\n")
    assert found("swap", home, machine).ok is True


def test_what_cannot_be_seen_is_not_called_well(home, machine):
    findings = {f.name: f for f in examine(home, root=machine.root / "nowhere")}
    for name in ("swap", "disk", "temporary_folder"):
        assert findings[name].ok is None


@pytest.mark.parametrize(
    ("trial", "ok"),
    [
        ({"core": 0, "dumpable": 0, "locked": 1}, True),
        ({"core": 0, "dumpable": 1, "locked": 1}, False),
        ({"core": -1, "dumpable": 0, "locked": 1}, False),
        (None, None),
    ],
)
def test_core_dumps(home, machine, monkeypatch, trial, ok):
    monkeypatch.setattr(doctor, "_trial", lambda: trial)
    assert found("dumps", home, machine).ok is ok


@pytest.mark.parametrize(("trial", "ok"), [({"core": 0, "dumpable": 0, "locked": 0}, None), (None, None)])
def test_memory_that_cannot_be_locked_is_said(home, machine, monkeypatch, trial, ok):
    monkeypatch.setattr(doctor, "_trial", lambda: trial)
    finding = found("memory_lock", home, machine)
    assert finding.ok is ok
    assert finding.advice


def test_sleep_to_disk_is_noticed_unless_there_is_nowhere_to_sleep_to(home, machine):
    machine.write("sys/power/state", "freeze mem disk\n")
    machine.write("sys/power/disk", "[platform] shutdown reboot\n")
    assert found("sleep", home, machine).ok is True
    machine.swaps("/swapfile file 100 0 -2")
    assert found("sleep", home, machine).ok is False
    (machine.root / "proc/swaps").unlink()
    assert found("sleep", home, machine).ok is None
    machine.write("sys/power/disk", "[disabled]\n")
    assert found("sleep", home, machine).ok is True


def test_an_open_folder_is_noticed(home, machine):
    assert found("folder", home, machine).ok is True
    home.chmod(0o750)
    assert found("folder", home, machine).ok is False


def test_an_open_file_inside_is_noticed_and_links_are_not_followed(home, machine):
    inside = home / "rooms"
    inside.mkdir(mode=0o700)
    (inside / "link").symlink_to("/etc/passwd")
    vault = inside / "vault"
    vault.write_bytes(b"")
    vault.chmod(0o600)
    assert found("folder", home, machine).ok is True
    vault.chmod(0o640)
    assert found("folder", home, machine).ok is False


def test_a_folder_that_is_not_there_yet_is_no_fault(home, machine):
    assert found("folder", home / "later", machine).ok is None
    assert found("space", home / "later", machine).ok is True
    assert found("clock", home / "later", machine).ok is True


def test_a_folder_of_another_account_is_noticed(home, machine, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: home.stat().st_uid + 1)
    assert found("folder", home, machine).ok is False


def test_an_encrypted_disk_is_seen_through_its_layers(home, machine):
    assert found("disk", home, machine).ok is None
    machine.mounts("36 35 253:2 / / rw - ext4 /dev/mapper/home rw")
    machine.device("253:0", "CRYPT-LUKS2-abc", below=["8:1"])
    machine.device("253:2", "LVM-xyz", below=["253:0"])
    assert found("disk", home, machine).ok is True


def test_a_file_system_without_a_device_of_its_own_is_found_by_its_source(home, machine, monkeypatch):
    monkeypatch.setattr(doctor, "_number", {"/dev/mapper/x": "253:0"}.get)
    machine.mounts("36 35 0:40 / / rw - btrfs /dev/mapper/x rw")
    machine.device("253:0", "CRYPT-LUKS2-abc")
    assert found("disk", home, machine).ok is True


def test_temporary_files_in_memory_are_well(home, machine, monkeypatch, tmp_path):
    assert found("temporary_folder", home, machine).ok is None
    machine.mounts(DISK_8_1, f"37 36 0:30 / {tmp_path} rw - tmpfs tmpfs rw")
    assert found("temporary_folder", home, machine).ok is None
    monkeypatch.setenv("TMPDIR", str(tmp_path / "t"))
    assert found("temporary_folder", home, machine).ok is True
    monkeypatch.delenv("TMPDIR")
    machine.mounts("36 35 8:1 / / rw - ext4 /dev/sda1 rw")
    machine.device("8:1", "CRYPT-LUKS2-abc")
    assert found("temporary_folder", home, machine).ok is True


def test_a_database_built_to_spill_is_noticed(home, machine, monkeypatch):
    assert found("temporary_tables", home, machine).ok is True
    real = doctor.sqlite3.connect

    class Spilling:
        def __init__(self):
            self.db = real(":memory:")

        def execute(self, sql):
            return [("TEMP_STORE=0",)] if "options" in sql else self.db.execute(sql)

        def close(self):
            self.db.close()

    monkeypatch.setattr(doctor.sqlite3, "connect", lambda _: Spilling())
    assert found("temporary_tables", home, machine).ok is False


@pytest.mark.parametrize(("now", "ok"), [(0, False), (doctor.FAR_OFF + 1, False), (doctor.RELEASED + 10, True)])
def test_a_wrong_clock_is_noticed(home, machine, monkeypatch, now, ok):
    monkeypatch.setattr(doctor.time, "time", lambda: now)
    assert found("clock", home, machine).ok is ok


def test_a_clock_that_was_set_back_is_noticed(home, machine):
    ahead = home / "snapshot"
    ahead.write_bytes(b"")
    later = time.time() + 3 * doctor.DAY
    os.utime(ahead, (later, later))
    assert found("clock", home, machine).ok is False


def test_a_full_disk_is_noticed(home, machine, monkeypatch):
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 1_000})())
    assert found("space", home, machine).ok is False


@pytest.mark.parametrize(("account", "ok"), [(0, False), (1000, True)])
def test_the_administrators_account_is_noticed(home, machine, monkeypatch, account, ok):
    monkeypatch.setattr(os, "geteuid", lambda: account)
    assert found("account", home, machine).ok is ok


@pytest.mark.parametrize("name", ["PYTHONDEVMODE", "PYTHONINSPECT", "SSLKEYLOGFILE"])
def test_variables_that_show_the_inside_are_noticed(home, machine, monkeypatch, name):
    assert found("debug", home, machine).ok is True
    monkeypatch.setenv(name, "1")
    assert found("debug", home, machine).ok is False


@pytest.mark.parametrize(
    ("address", "ok"),
    [
        ("127.0.0.1", True),
        ("127.0.0.1:8420", True),
        ("localhost", True),
        ("localhost:8420", True),
        ("::1", True),
        ("[::1]:8420", True),
        ("unix:/run/nasij/house", True),
        ("/run/nasij/house", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.4:80", False),
        ("example.org", False),
        ("", False),
    ],
)
def test_only_addresses_of_this_machine_are_well(home, machine, address, ok):
    assert found("address", home, machine, address=address).ok is ok


def test_trusting_what_proxies_say_is_noticed(home, machine, monkeypatch):
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    assert found("address", home, machine).ok is False


def test_old_versions_are_noticed(home, machine, monkeypatch):
    for name, wanted in (("python", "PYTHON_LEAST"), ("openssl", "OPENSSL_LEAST"), ("sqlite", "SQLITE_LEAST")):
        assert found(name, home, machine).ok is True
        monkeypatch.setattr(doctor, wanted, (99, 0))
        assert found(name, home, machine).ok is False


def hardened(code):
    told = subprocess.run(
        [sys.executable, "-c", "import json, os, resource, ctypes; from nasij import doctor\n" + code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": doctor._path()},
    )
    return json.loads(told.stdout)


def test_a_hardened_process_cannot_be_dumped_and_its_files_are_its_own(tmp_path):
    state = hardened(
        f"""
failed = doctor.harden()
open({str(tmp_path / "made")!r}, "w").close()
print(json.dumps({{
    "failed": failed,
    "core": resource.getrlimit(resource.RLIMIT_CORE),
    "dumpable": ctypes.CDLL(None).prctl(3, 0, 0, 0, 0),
    "locked": int([l for l in open("/proc/self/status") if l.startswith("VmLck")][0].split()[1]),
}}))
"""
    )
    assert state["core"] == [0, 0]
    assert state["dumpable"] == 0
    assert (tmp_path / "made").stat().st_mode & 0o777 == 0o600
    assert (state["locked"] > 0) is (doctor.LOCK_FAILED not in state["failed"])


def test_hardening_twice_is_well_and_a_fork_keeps_what_it_can():
    state = hardened(
        """
first = doctor.harden()
reading, writing = os.pipe()
if os.fork() == 0:
    state = {"core": resource.getrlimit(resource.RLIMIT_CORE)[0], "dumpable": ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)}
    state["again"] = doctor.harden() == first
    os.write(writing, json.dumps(state).encode())
    os._exit(0)
os.wait()
print(os.read(reading, 1000).decode())
"""
    )
    assert state == {"core": 0, "dumpable": 0, "again": True}


def test_the_trial_tells_what_harden_reaches(monkeypatch):
    monkeypatch.undo()
    trial = doctor._trial()
    assert trial is not None
    assert (trial["core"], trial["dumpable"]) == (0, 0)


def test_a_trial_that_cannot_run_is_no_result(monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(doctor.sys, "executable", "/nonexistent/python")
    assert doctor._trial() is None


def test_memory_is_not_locked_under_a_limit(monkeypatch):
    monkeypatch.setattr(doctor.resource, "getrlimit", lambda _: (8 << 20, 8 << 20))
    monkeypatch.setattr(doctor, "_read", lambda _: "CapEff:\t0000000000000000\n")
    assert not doctor._may_lock()
    monkeypatch.setattr(doctor, "_read", lambda _: "CapEff:\t0000000000004000\n")
    assert doctor._may_lock()
    monkeypatch.setattr(doctor, "_read", lambda _: "")
    assert not doctor._may_lock()


def test_what_cannot_be_hardened_is_said(monkeypatch):
    def refuse(*_):
        raise OSError

    monkeypatch.setattr(doctor.os, "umask", lambda _: 0)
    monkeypatch.setattr(doctor.resource, "setrlimit", refuse)
    monkeypatch.setattr(doctor, "_libc", lambda *_: -1)
    assert doctor.harden() == [doctor.CORE_FAILED, doctor.DUMPABLE_FAILED, doctor.LOCK_FAILED]


def test_a_library_without_such_a_call_is_a_failure_and_no_crash():
    assert doctor._libc("no_such_call_anywhere", 1) == -1


@pytest.mark.parametrize(("name", "language"), [("LANG", "ar_EG.UTF-8"), ("LC_ALL", "ar"), ("LANG", "en_GB.UTF-8")])
def test_the_doctor_speaks_the_language_of_the_terminal(home, machine, monkeypatch, name, language):
    """For scripts the sentences stay as they are."""
    for each in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(each, raising=False)
    monkeypatch.setenv(name, language)
    sentence = "This machine uses no swap."
    monkeypatch.setattr(doctor, "examine", lambda _home: [Finding("swap", True, sentence)])
    said = CliRunner().invoke(get_command(app), ["doctor"]).output.strip()
    wanted = Words("ar").gettext(sentence) if language.startswith("ar") else sentence
    assert said == f"ok  {wanted}"
    assert sentence in CliRunner().invoke(get_command(app), ["doctor", "--json"]).output
