"""Lines: who is first, all or none, the window, and what is left after a torn file."""

import contextlib
import shutil
import sqlite3
import threading

import pytest

from nasij.clock import HandClock
from nasij.errors import DiskFull, HubRefused, Malformed
from nasij.hub import limits
from nasij.hub.shelf import Conflict, Unknown
from nasij.hub.wire import TOKEN_LABEL, append_form, token_form, token_proof
from nasij.hub.writer import LOG_ROOM, _Job
from nasij.line import FIRST_HEAD, next_head

from .desk import HOUR, NETWORK, Writer, a_shelf, append_with, entry

OTHER = bytes(16)


@pytest.fixture(params=["file", "memory"])
def path(request, tmp_path):
    return tmp_path / "shelf.db" if request.param == "file" else None


@pytest.fixture
def clock():
    return HandClock(HOUR)


@pytest.fixture
def shelf(path, clock):
    made = a_shelf(path, clock)
    made.found(NETWORK, Writer().public)
    yield made
    made.close()


def spine(stretch, head=FIRST_HEAD):
    for _, hour, sealed in stretch.records:
        head = next_head(head, hour, sealed)
    return head


def test_a_line_begins_empty(shelf):
    line = shelf.line(NETWORK)
    assert (line.place, line.head, line.first, line.before_first) == (0, FIRST_HEAD, 1, FIRST_HEAD)


def test_founding_again_changes_nothing_while_the_line_is_empty(shelf):
    shelf.found(NETWORK, Writer().public)
    with pytest.raises(HubRefused):
        shelf.found(NETWORK, Writer(2).public)
    Writer().append(shelf, 0, [entry(1)])
    with pytest.raises(HubRefused):
        shelf.found(NETWORK, Writer().public)


def test_entries_get_their_places_in_order(shelf):
    assert Writer().append(shelf, 0, [entry(1), entry(2, 4096)]) == (1, HOUR)
    assert Writer().append(shelf, 2, [entry(3)]) == (3, HOUR)
    stretch = shelf.read(NETWORK, 0, 100)
    assert stretch.records == [(1, HOUR, entry(1)), (2, HOUR, entry(2, 4096)), (3, HOUR, entry(3))]
    assert stretch.line.place == 3
    assert stretch.line.head == spine(stretch)


def test_lines_of_different_networks_do_not_meet(shelf):
    shelf.found(OTHER, Writer(2).public)
    Writer().append(shelf, 0, [entry(1)])
    Writer(2).append(shelf, 0, [entry(9), entry(8)], network=OTHER)
    assert [e for _, _, e in shelf.read(NETWORK, 0, 9).records] == [entry(1)]
    assert [e for _, _, e in shelf.read(OTHER, 0, 9).records] == [entry(9), entry(8)]


@pytest.mark.parametrize("expected", [0, 2, 1 << 38])
def test_whoever_has_not_seen_the_newest_place_is_told_where_it_is(shelf, expected):
    Writer().append(shelf, 0, [entry(1)])
    with pytest.raises(Conflict) as conflict:
        Writer().append(shelf, expected, [entry(2)])
    assert (conflict.value.place, conflict.value.head) == (1, next_head(FIRST_HEAD, HOUR, entry(1)))
    assert shelf.line(NETWORK).place == 1


def test_a_stranger_writes_nothing(shelf):
    with pytest.raises(HubRefused):
        Writer(2).append(shelf, 0, [entry(1)])
    with pytest.raises(HubRefused):
        Writer().append(shelf, 0, [entry(1)], network=OTHER)
    assert shelf.line(NETWORK).place == 0


def test_a_proof_is_for_these_entries_at_this_place_in_this_network_and_this_next_key(shelf):
    me = Writer()
    shelf.found(OTHER, me.public)
    proof = me.proof(NETWORK, 0, [entry(1)])
    for network, entries, next_key in (
        (OTHER, [entry(1)], b""),
        (NETWORK, [entry(2)], b""),
        (NETWORK, [entry(1), entry(1)], b""),
        (NETWORK, [entry(1)], Writer(2).public),
    ):
        with pytest.raises(HubRefused):
            shelf.append(network, 0, entries, proof, next_key)
    shelf.append(NETWORK, 0, [entry(1)], proof)
    with pytest.raises(Conflict):
        shelf.append(NETWORK, 0, [entry(1)], proof)
    with pytest.raises(HubRefused):
        shelf.append(NETWORK, 1, [entry(1)], proof)


def test_the_right_to_write_moves_on_with_the_append_that_says_so(shelf):
    old, new = Writer(1), Writer(2)
    old.append(shelf, 0, [entry(1)], next_key=new.public)
    with pytest.raises(HubRefused):
        old.append(shelf, 1, [entry(2)])
    new.append(shelf, 1, [entry(2)])
    assert shelf.line(NETWORK).place == 2


def test_a_token_that_was_told_with_a_signature_proves_appends(shelf):
    token = bytes(range(32))
    with pytest.raises(HubRefused):
        append_with(shelf, token, 0, [entry(1)])
    Writer().tell(shelf, token)
    assert append_with(shelf, token, 0, [entry(1)]) == (1, HOUR)
    assert append_with(shelf, token, 1, [entry(2)]) == (2, HOUR)
    with pytest.raises(HubRefused):
        append_with(shelf, bytes(32), 2, [entry(3)])
    assert shelf.line(NETWORK).place == 2


def test_a_token_is_for_these_entries_at_this_place(shelf):
    token = bytes(range(32))
    Writer().tell(shelf, token)
    proof = token_proof(token, append_form(NETWORK, 0, [entry(1)], b""))
    for expected, entries in ((0, [entry(2)]), (0, [entry(1), entry(1)])):
        with pytest.raises(HubRefused):
            shelf.append(NETWORK, expected, entries, proof)
    shelf.append(NETWORK, 0, [entry(1)], proof)
    with pytest.raises(HubRefused):
        shelf.append(NETWORK, 1, [entry(1)], proof)


def test_nobody_without_the_key_of_the_epoch_tells_a_token(shelf):
    Writer(1).append(shelf, 0, [entry(1)], next_key=Writer(2).public)
    for writer, network in ((Writer(3), NETWORK), (Writer(1), NETWORK), (Writer(2), bytes(16))):
        with pytest.raises(HubRefused):
            writer.tell(shelf, bytes(range(32)), network)
    proof = Writer(2).sign(TOKEN_LABEL, token_form(NETWORK, bytes(32)))
    with pytest.raises(HubRefused):
        shelf.tell_token(NETWORK, bytes(range(32)), proof)


def test_a_token_neither_outlives_its_key_nor_moves_the_right_to_write_on(shelf):
    token, new = bytes(range(32)), Writer(2)
    Writer(1).tell(shelf, token)
    with pytest.raises(HubRefused):
        append_with(shelf, token, 0, [entry(1)], next_key=Writer(3).public)
    Writer(1).append(shelf, 0, [entry(1)], next_key=new.public)
    with pytest.raises(HubRefused):
        append_with(shelf, token, 1, [entry(2)])
    new.tell(shelf, token)
    append_with(shelf, token, 1, [entry(2)])


def test_no_token_is_on_the_disk(tmp_path):
    shelf, token = a_shelf(tmp_path / "shelf.db"), bytes(range(100, 132))
    shelf.found(NETWORK, Writer().public)
    Writer().tell(shelf, token)
    append_with(shelf, token, 0, [entry(1)])
    assert not any(token in path.read_bytes() for path in tmp_path.iterdir())
    shelf.close()
    again = a_shelf(tmp_path / "shelf.db")
    with pytest.raises(HubRefused):
        append_with(again, token, 1, [entry(2)])
    again.close()


def test_an_append_that_fails_in_the_middle_leaves_nothing(shelf, monkeypatch):
    Writer().append(shelf, 0, [entry(1)])
    before = shelf.read(NETWORK, 0, 10)
    shelf._writer._db.execute(
        "create trigger no before insert on entry when (new.at & 0xff) = 4 begin select raise(abort, 'no'); end"
    )
    with pytest.raises(DiskFull):
        Writer().append(shelf, 1, [entry(n) for n in range(2, 8)], next_key=Writer(2).public)
    shelf._writer._db.execute("drop trigger no")
    assert shelf.read(NETWORK, 0, 10) == before
    Writer().append(shelf, 1, [entry(2)])


def test_hours_never_go_back_within_a_line(shelf, clock):
    Writer().append(shelf, 0, [entry(1)])
    clock.now = HOUR - 100
    assert Writer().append(shelf, 1, [entry(2)]) == (2, HOUR)
    clock.now = HOUR + 5
    assert Writer().append(shelf, 2, [entry(3)]) == (3, HOUR + 5)


def test_an_answer_is_bounded_by_number_and_by_size(shelf):
    Writer().append(shelf, 0, [entry(n, 1 << 20) for n in range(5)])
    Writer().append(shelf, 5, [entry(9)])
    assert [place for place, _, _ in shelf.read(NETWORK, 0, 100).records] == [1, 2, 3, 4]
    assert [place for place, _, _ in shelf.read(NETWORK, 4, 100).records] == [5, 6]
    assert [place for place, _, _ in shelf.read(NETWORK, 1, 2).records] == [2, 3]
    assert shelf.read(NETWORK, 6, 100).records == []
    assert shelf.read(NETWORK, 1 << 39, 100).records == []


def test_reading_a_network_that_is_not_there(shelf):
    with pytest.raises(Unknown):
        shelf.read(OTHER, 0, 1)
    with pytest.raises(Unknown):
        shelf.wait(OTHER, 0, 0)


def test_a_line_has_a_size_beyond_which_it_takes_nothing(shelf, clock, monkeypatch):
    monkeypatch.setattr(limits, "LINE_MAX", 4096)
    Writer().append(shelf, 0, [entry(n) for n in range(4)])
    with pytest.raises(DiskFull):
        Writer().append(shelf, 4, [entry(5)])
    clock.forward(days=40)
    shelf.expire()
    Writer().append(shelf, 4, [entry(5)])


def test_a_hub_has_only_so_many_lines(shelf, monkeypatch):
    monkeypatch.setattr(limits, "LINES_MAX", 1)
    with pytest.raises(DiskFull):
        shelf.found(OTHER, Writer().public)


# --- the window -----------------------------------------------------------------------------------------------------


def test_entries_older_than_the_window_are_dropped_and_the_spine_goes_on(shelf, clock):
    heads = [FIRST_HEAD]
    for n in range(10):
        Writer().append(shelf, n, [entry(n)])
        heads.append(shelf.line(NETWORK).head)
        clock.forward(days=5)
    assert shelf.expire() == 3  # put there 50, 45 and 40 days ago; the fourth exactly 35
    line = shelf.line(NETWORK)
    assert (line.first, line.before_first, line.place, line.head) == (4, heads[3], 10, heads[10])
    stretch = shelf.read(NETWORK, 3, 100)
    assert spine(stretch, line.before_first) == line.head
    for gone in (0, 2):
        assert shelf.read(NETWORK, gone, 100).records == []
    assert shelf.expire() == 0


def test_a_line_whose_entries_are_all_over_keeps_its_place_and_head(path, shelf, clock):
    Writer().append(shelf, 0, [entry(1), entry(2)])
    head = shelf.line(NETWORK).head
    clock.forward(days=100)
    shelf.expire()
    line = shelf.line(NETWORK)
    assert (line.place, line.head, line.first, line.before_first) == (2, head, 3, head)
    clock.now = HOUR - 50
    assert Writer().append(shelf, 2, [entry(3)]) == (3, HOUR)
    assert shelf.line(NETWORK).head == next_head(head, HOUR, entry(3))


def test_a_long_line_expires_in_slices(shelf, clock):
    for n in range(3):
        Writer().append(shelf, n * 900, [entry(n)] * 900)
    clock.forward(days=40)
    assert shelf.expire() == 2700
    assert shelf.line(NETWORK).first == 2701


def test_a_line_never_written_to_is_dropped(shelf, clock):
    shelf.found(OTHER, Writer().public)
    Writer().append(shelf, 0, [entry(1)])
    clock.forward(days=40)
    shelf.expire()
    assert shelf.line(OTHER) is None
    assert shelf.line(NETWORK).place == 1


def test_what_is_dropped_is_gone_from_the_bytes_of_the_files(tmp_path):
    clock = HandClock(HOUR)
    shelf = a_shelf(tmp_path / "shelf.db", clock)
    shelf.found(NETWORK, Writer().public)
    mark = b"a mark that nothing else has...."
    for n in range(20):
        Writer().append(shelf, n, [mark * 32, mark * 256]) if n == 0 else Writer().append(shelf, n + 1, [mark * 32])
    shelf.put_box(bytes(32), mark * 40, 1)
    Writer(5).put_slot(shelf, 1, [mark * 300])

    def copies():
        return sum(file.read_bytes().count(mark) for file in tmp_path.iterdir())

    assert copies() > 20 * 32
    clock.forward(days=401)
    shelf.expire()
    assert copies() == 0
    shelf.close()


# --- watching and many at once --------------------------------------------------------------------------------------


def test_a_watcher_hears_of_an_append(shelf):
    heard = []
    watcher = threading.Thread(target=lambda: heard.append(shelf.wait(NETWORK, 0, 20)))
    watcher.start()
    Writer().append(shelf, 0, [entry(1)])
    watcher.join(5)
    assert heard == [1]
    assert not shelf._ears


def test_a_watcher_of_an_older_place_need_not_wait(shelf):
    Writer().append(shelf, 0, [entry(1)])
    assert shelf.wait(NETWORK, 0, 20) == 1
    assert shelf.wait(NETWORK, 1, 0.01) == 1


def test_of_eight_that_append_at_once_exactly_one_wins_each_place(shelf):
    won = [[] for _ in range(8)]

    def write(number):
        me = Writer()
        place = 0
        while place < 60:
            try:
                place, _ = me.append(shelf, place, [entry(number * 1000 + place)])
                won[number].append((place, entry(number * 1000 + place - 1)))
            except Conflict as conflict:
                place = conflict.place

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    acknowledged = sorted(pair for pairs in won for pair in pairs)
    stretch = shelf.read(NETWORK, 0, 1000)
    assert [(place, sealed) for place, _, sealed in stretch.records] == acknowledged
    assert [place for place, _ in acknowledged] == list(range(1, len(acknowledged) + 1))
    assert spine(stretch) == stretch.line.head


def test_readers_see_whole_appends_while_others_write_and_expire(shelf, clock):
    stop = threading.Event()
    wrong = []

    def read():
        while not stop.is_set():
            line = shelf.line(NETWORK)
            stretch = shelf.read(NETWORK, line.first - 1, 2000)
            if stretch.records and (
                stretch.records[0][0] != line.first
                or stretch.records[-1][0] != stretch.line.place
                or spine(stretch, line.before_first) != stretch.line.head
                or stretch.line.place % 3
            ):
                wrong.append(stretch.line)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for thread in readers:
        thread.start()
    for n in range(0, 120, 3):
        Writer().append(shelf, n, [entry(n), entry(n + 1), entry(n + 2)])
        clock.forward(days=2)
        shelf.expire()
    stop.set()
    for thread in readers:
        thread.join(5)
    assert not wrong


def test_writes_that_gather_fail_and_succeed_each_for_itself(shelf):
    """While one commit is held up, others gather; those that are refused do not undo those that are not."""
    for n in range(10):
        shelf.found(bytes([n + 1]) * 16, Writer().public)
    held, go = threading.Event(), threading.Event()

    def hold(_db):
        held.set()
        go.wait(5)

    outcomes = {}

    def write(n):
        me = Writer(1 if n % 2 else 2)  # every other one is a stranger
        try:
            outcomes[n] = me.append(shelf, 0, [entry(n)], network=bytes([n + 1]) * 16)
        except HubRefused:
            outcomes[n] = None

    first = threading.Thread(target=lambda: shelf._writer.run(hold))
    first.start()
    held.wait(5)
    if shelf._writer._path is None:  # in memory, readers wait too
        go.set()
    threads = [threading.Thread(target=write, args=(n,)) for n in range(10)]
    for thread in threads:
        thread.start()
    go.set()
    for thread in [first, *threads]:
        thread.join(5)
    assert outcomes == {n: (1, HOUR) if n % 2 else None for n in range(10)}


def test_a_mistake_in_one_write_does_not_stop_the_others(shelf):
    def mistake(db):
        db.execute("update line set write_key = x'00'")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        shelf._writer.run(mistake)
    Writer().append(shelf, 0, [entry(1)])


def test_what_shares_a_commit_with_a_mistake_is_done_without_it(shelf):
    def add(db, amount):
        db.execute("update tally set amount = amount + ? where kind = 'boxes'", (amount,))
        if amount == 10:
            raise ZeroDivisionError
        return amount

    jobs = [_Job(lambda db, amount=amount: add(db, amount)) for amount in (1, 10, 100, 10, 1000)]
    shelf._writer._commit(jobs)
    assert [type(job.problem) for job in jobs] == [type(None), ZeroDivisionError] * 2 + [type(None)]
    assert [jobs[n].result for n in (0, 2, 4)] == [1, 100, 1000]
    with shelf._writer.reading() as db:
        assert db.execute("select amount from tally where kind = 'boxes'").fetchone() == (1101,)


# --- the file -------------------------------------------------------------------------------------------------------


def test_commits_are_on_the_disk_before_they_are_acknowledged(tmp_path):
    shelf = a_shelf(tmp_path / "shelf.db")
    ask = shelf._writer._db.execute
    assert ask("pragma synchronous").fetchone() == (2,)
    assert ask("pragma journal_mode").fetchone() == ("wal",)
    assert ask("pragma secure_delete").fetchone() == (1,)
    shelf.close()


def test_files_are_for_their_owner_alone(tmp_path):
    shelf = a_shelf(tmp_path / "hub" / "shelf.db")
    shelf.found(NETWORK, Writer().public)
    assert {file.stat().st_mode & 0o777 for file in (tmp_path / "hub").iterdir()} == {0o600}
    assert (tmp_path / "hub").stat().st_mode & 0o777 == 0o700
    shelf.close()


def test_a_shelf_opened_again_goes_on_where_it_was(tmp_path):
    shelf = a_shelf(tmp_path / "shelf.db")
    shelf.found(NETWORK, Writer().public)
    Writer().append(shelf, 0, [entry(1)], next_key=Writer(2).public)
    line = shelf.line(NETWORK)
    shelf.close()
    shelf = a_shelf(tmp_path / "shelf.db")
    assert shelf.line(NETWORK) == line
    Writer(2).append(shelf, 1, [entry(2)])
    shelf.close()


def test_the_log_has_its_room_and_does_not_grow_with_each_append(tmp_path):
    clock = HandClock(HOUR)
    shelf = a_shelf(tmp_path / "shelf.db", clock)
    shelf.found(NETWORK, Writer().public)

    def room():
        return (tmp_path / "shelf.db-wal").stat().st_size

    for n in range(10):
        Writer().append(shelf, 100 * n, [entry(n)] * 100)
        assert room() == LOG_ROOM
    clock.forward(days=40)
    shelf.expire()
    assert room() == LOG_ROOM
    assert written(tmp_path / "shelf.db-wal") == b""
    shelf.close()


def test_a_hub_that_nobody_uses_writes_nothing(tmp_path):
    shelf = a_shelf(tmp_path / "shelf.db")
    shelf.found(NETWORK, Writer().public)
    Writer().append(shelf, 0, [entry(1)])
    shelf.expire()
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    shelf.expire()
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before
    shelf.close()


def test_what_is_remembered_of_a_line_yields_to_what_the_file_says(tmp_path):
    one, other = a_shelf(tmp_path / "shelf.db"), a_shelf(tmp_path / "shelf.db")
    one.found(NETWORK, Writer().public)
    Writer().append(one, 0, [entry(1)])
    Writer().append(other, 1, [entry(2)], next_key=Writer(2).public)
    with pytest.raises(HubRefused):
        Writer().append(one, 2, [entry(3)])
    with pytest.raises(Conflict) as conflict:
        Writer().append(one, 1, [entry(3)])
    assert conflict.value.place == 2
    Writer(2).append(one, 2, [entry(3)])
    assert other.line(NETWORK) == one.line(NETWORK)
    one.close()
    other.close()


def test_a_full_disk_refuses_and_loses_nothing(tmp_path):
    shelf = a_shelf(tmp_path / "shelf.db")
    shelf.found(NETWORK, Writer().public)
    Writer().append(shelf, 0, [entry(1)])
    line = shelf.line(NETWORK)
    pages = shelf._writer._db.execute("pragma page_count").fetchone()[0]
    shelf._writer._db.execute(f"pragma max_page_count = {pages + 3}")
    with pytest.raises(DiskFull):
        Writer().append(shelf, 1, [entry(n) for n in range(100)])
    assert shelf.line(NETWORK) == line
    shelf._writer._db.execute("pragma max_page_count = 1000000")
    Writer().append(shelf, 1, [entry(n) for n in range(100)])
    assert shelf.line(NETWORK).place == 101
    shelf.close()


def test_after_a_failed_write_to_the_disk_nothing_is_acknowledged_until_a_restart(tmp_path):
    shelf = a_shelf(tmp_path / "shelf.db")
    shelf.found(NETWORK, Writer().public)

    def fail(_db):
        problem = sqlite3.OperationalError()
        problem.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
        raise problem

    with pytest.raises(DiskFull):
        shelf._writer.run(fail)
    with pytest.raises(DiskFull):
        Writer().append(shelf, 0, [entry(1)])
    assert shelf.line(NETWORK).place == 0
    shelf.close()
    shelf = a_shelf(tmp_path / "shelf.db")
    Writer().append(shelf, 0, [entry(1)])
    shelf.close()


def written(log):
    """Return a write-ahead log without the room that nothing has been written to."""
    assert log.stat().st_size >= LOG_ROOM
    return log.read_bytes().rstrip(b"\0")


@pytest.mark.parametrize("rest", [b"", bytes(5000), b"\xff" * 5000], ids=["cut", "zeros", "ones"])
@pytest.mark.parametrize("lost", [1, 100, 5000, 20_000, 60_000, 10**9])
def test_a_torn_file_opens_with_a_whole_beginning_of_the_line(tmp_path, lost, rest):
    """A disk that lied: the end of the write-ahead log is lost. What is left is a line, and it goes on."""
    shelf = a_shelf(tmp_path / "shelf.db")
    shelf.found(NETWORK, Writer().public)
    shelf._writer.forget()
    for n in range(20):
        Writer().append(shelf, 2 * n, [entry(2 * n), entry(2 * n + 1)])
    torn = tmp_path / "torn"
    torn.mkdir()
    shutil.copy(tmp_path / "shelf.db", torn / "shelf.db")
    log = written(tmp_path / "shelf.db-wal")
    (torn / "shelf.db-wal").write_bytes(log[: max(0, len(log) - lost)] + rest)
    shelf.close()
    left = a_shelf(torn / "shelf.db")
    stretch = left.read(NETWORK, 0, 100)
    assert stretch.line.place < 40
    assert stretch.line.place % 2 == 0
    assert [sealed for _, _, sealed in stretch.records] == [entry(n) for n in range(stretch.line.place)]
    assert spine(stretch) == stretch.line.head
    Writer().append(left, stretch.line.place, [entry(99)])
    left.close()


def test_garbage_behind_the_end_of_the_log_is_not_read(tmp_path):
    shelf = a_shelf(tmp_path / "shelf.db")
    shelf.found(NETWORK, Writer().public)
    Writer().append(shelf, 0, [entry(1)])
    torn = tmp_path / "torn"
    torn.mkdir()
    shutil.copy(tmp_path / "shelf.db", torn / "shelf.db")
    (torn / "shelf.db-wal").write_bytes(written(tmp_path / "shelf.db-wal") + bytes(range(256)) * 40)
    shelf.close()
    left = a_shelf(torn / "shelf.db")
    assert left.line(NETWORK).place == 1
    left.close()


def test_a_file_that_is_no_shelf_is_refused(tmp_path):
    (tmp_path / "shelf.db").write_bytes(b"something else, and long enough to have been a database" * 100)
    with pytest.raises(Malformed):
        a_shelf(tmp_path / "shelf.db")
    with contextlib.closing(sqlite3.connect(tmp_path / "new.db")) as db:
        db.execute("pragma user_version = 9")
    with pytest.raises(Malformed):
        a_shelf(tmp_path / "new.db")


def test_a_place_where_nothing_can_be_written(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DiskFull):
        a_shelf(tmp_path / "file" / "shelf.db")
    (tmp_path / "folder").mkdir()
    with pytest.raises(DiskFull):
        a_shelf(tmp_path / "folder")
