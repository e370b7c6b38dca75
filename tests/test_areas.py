"""What must hold for every area, made from its table. No area is excepted."""

import dataclasses
import re
from typing import Any

import pytest

from nasij.areas import AREAS
from nasij.gate import all_areas
from nasij.kit.area import Act, Area, FactLine
from nasij.kit.fact import fields_of, from_bytes, to_bytes
from nasij.kit.field import Bytes, Choice, Day, Field, Flag, Id, Ref, Refs, Several, Text, Time, Whole
from nasij.kit.steps import Steps
from nasij.kit.table import Keep, Share, Table
from nasij.node import view
from nasij.node.view import all_tables

ALL = all_areas()
FACTS = [(name, line) for name, line in ALL.facts.items()]
TABLES = all_tables(ALL)
STEPS = [steps for area in AREAS for steps in area.steps]
ACTS = [(area, act) for area in AREAS for act in area.acts]
READERS = re.compile(r"everyone|trusted_ones|only_me|its_circle|(role|circle|where|chosen):\w+")


def example(kind: Field, n: int = 1) -> Any:
    """Return a value that a field accepts."""
    from nasij.ids import id_from

    made = id_from(bytes([n]) * 10)
    if isinstance(kind, Id | Ref):
        return made
    if isinstance(kind, Refs):
        return [id_from(bytes([n + more]) * 10) for more in range(kind.many_least)]
    if isinstance(kind, Text):
        return "كلمة"[: kind.length_max]
    if isinstance(kind, Choice):
        return next(iter(kind.of.labels))
    if isinstance(kind, Several):
        return [next(iter(kind.of.labels))]
    if isinstance(kind, Whole):
        return kind.least
    if isinstance(kind, Day):
        return 20_000
    if isinstance(kind, Time):
        return 86
    if isinstance(kind, Flag):
        return True
    assert isinstance(kind, Bytes)
    return b"\1" * max(kind.least, 1)


@pytest.mark.parametrize(("name", "line"), FACTS, ids=[name for name, _ in FACTS])
class TestFacts:
    def test_it_is_a_frozen_sentence(self, name: str, line: FactLine) -> None:
        assert dataclasses.is_dataclass(line.cls)
        assert line.cls.__dataclass_params__.frozen
        assert (line.cls.__doc__ or "").strip().endswith((".", "?", "!"))

    def test_every_field_has_a_retention_class(self, name: str, line: FactLine) -> None:
        for field in fields_of(line.cls).values():
            assert isinstance(field.keep, Keep)

    def test_words_are_never_kept_for_good_unless_the_network_must_know_them(self, name: str, line: FactLine) -> None:
        """A text of more than forty characters says something about somebody."""
        for field_name, field in fields_of(line.cls).items():
            if isinstance(field, Text) and field.length_max > 120:
                assert field.keep is not Keep.LEDGER, (name, field_name)

    def test_who_says_and_reads_it_is_declared(self, name: str, line: FactLine) -> None:
        assert line.said_by.standings
        assert READERS.fullmatch(line.read_by.name), line.read_by.name

    def test_it_survives_to_bytes_and_back(self, name: str, line: FactLine) -> None:
        fact = line.cls(*(example(field) for field in fields_of(line.cls).values()))
        assert from_bytes(line.cls, to_bytes(fact)) == fact

    def test_only_its_one_byte_form_is_accepted(self, name: str, line: FactLine) -> None:
        from nasij.errors import Malformed

        raw = to_bytes(line.cls(*(example(field) for field in fields_of(line.cls).values())))
        for wrong in (raw + b"\0", raw[:-1], b"", b"\x90" if raw != b"\x90" else b"\x91\0", b"\xdc\0\0"):
            if wrong != raw:
                with pytest.raises(Malformed):
                    from_bytes(line.cls, wrong)

    def test_authority_is_for_everybody_to_read(self, name: str, line: FactLine) -> None:
        if line.authority:
            assert line.read_by.name == "everyone"


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
class TestTables:
    def test_every_column_has_a_retention_class(self, table: Table) -> None:
        assert all(isinstance(column.keep, Keep) for column in table.columns.values())
        assert set(table.key) <= set(table.columns)

    def test_a_closed_row_is_forgotten_on_time(self, table: Table) -> None:
        """Each column is empty once its class is over; a table without ledger columns loses the row."""
        db = view.connect()
        db.executescript(table.create())
        values = {name: {"text": f"w-{name}", "integer": 7, "blob": b"b"}[c.kind] for name, c in table.columns.items()}
        names = ", ".join(values)
        marks = ", ".join("?" * len(values))
        db.execute(
            f"insert into {table.name} ({names}, audience, closed_on) values ({marks}, 'network', 100)",
            list(values.values()),
        )
        for days in (1, 30, 180):
            table.forget(db, 100 + days)
            row = db.execute(f"select {names} from {table.name}").fetchone()
            for value, (name, column) in zip(row or (), table.columns.items(), strict=False):
                over = column.keep is not Keep.LEDGER and column.keep <= days and name not in table.key
                assert bool(value) is not over, (name, days)
        ledger = any(column.keep is Keep.LEDGER for column in table.columns.values())
        assert (db.execute(f"select count(*) from {table.name}").fetchone()[0] == 1) is ledger

    def test_an_open_row_is_kept(self, table: Table) -> None:
        db = view.connect()
        db.executescript(table.create())
        some = {"integer": "7", "text": "'x'", "blob": "x'07'"}[table.columns[table.key[0]].kind]
        db.execute(f"insert into {table.name} ({table.key[0]}) values ({some})")
        table.forget(db, 90_000)
        assert db.execute(f"select count(*) from {table.name}").fetchone()[0] == 1

    def test_a_key_that_stays_says_nothing_of_a_person(self, table: Table) -> None:
        """A key cannot be emptied, so a table that keeps rows for good has keys that are codes or states."""
        if any(column.keep is Keep.LEDGER for column in table.columns.values()):
            assert all(table.columns[name].keep is Keep.LEDGER for name in table.key), table.name

    def test_what_newcomers_get_is_declared(self, table: Table) -> None:
        assert isinstance(table.share, Share)


@pytest.mark.parametrize("steps", STEPS, ids=lambda s: s.table)
class TestSteps:
    def test_every_state_is_reachable_and_named(self, steps: Steps) -> None:
        reached = set(steps.first)
        for _ in steps.moves:
            reached |= {to for state in reached for to in steps.moves.get(state, {}).values()}
        assert reached == set(steps.labels)
        assert set(steps.moves) <= set(steps.labels)

    def test_every_fact_in_it_exists(self, steps: Steps) -> None:
        known = {line.cls.__name__ for _, line in FACTS} | {"passing"}
        assert {name.partition("/")[0] for moves in steps.moves.values() for name in moves} <= known

    def test_a_fact_that_may_not_follow_is_refused(self, steps: Steps) -> None:
        from nasij.errors import Refused

        for state in steps.labels:
            with pytest.raises(Refused):
                steps.after(state, "NoSuchFact")


def test_rules_read_only_what_every_reader_can_read_of_other_areas() -> None:
    """An area touches its own tables, those it needs, and the kernel's; nothing else is named in its SQL."""
    owners = {table.name: area.name for area in AREAS for table in area.tables}
    for area in AREAS:
        allowed = {area.name, *area.needs}
        for line in area.facts:
            for function in (line.rule, line.fold):
                if function is None:
                    continue
                for text in (c for c in function.__code__.co_consts if isinstance(c, str)):
                    for found in re.findall(r"\b(?:from|into|update|join)\s+(\w+)", text):
                        assert owners.get(found, area.name) in allowed, (line.cls.__name__, found)


@pytest.mark.parametrize(("area", "act"), ACTS, ids=[f"{a.name} {t.path}" for a, t in ACTS])
class TestActs:
    def test_it_has_words_and_fields(self, area: Area, act: Act) -> None:
        assert act.title
        assert act.press
        fields = fields_of(act.form)
        for name in re.findall(r"\{(\w+)\}", act.path):
            assert name in fields, name
        for name, kind in fields.items():
            typed = not kind.hidden and not isinstance(kind, Id) and f"{{{name}}}" not in act.path
            assert not typed or kind.label, f"{name} needs a label"
            if typed and isinstance(kind, Ref | Refs):
                assert name in act.options, f"{name} needs options"

    def test_its_form_is_a_fact_or_makes_facts(self, area: Area, act: Act) -> None:
        assert act.make is not None or act.form in ALL.names

    def test_no_two_acts_share_a_path(self, area: Area, act: Act) -> None:
        same = [t for _, t in ACTS if re.sub(r"\{\w+\}", "{}", t.path) == re.sub(r"\{\w+\}", "{}", act.path)]
        assert len(same) == 1
