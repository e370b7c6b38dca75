"""The directory as a file: written as HSDS 3 says, read whoever wrote it, and what others may not know stays out of it."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nasij import hsds
from nasij.areas import aid, people, profile, resources, tasks
from nasij.areas.aid import kind_id
from nasij.areas.resources import entries as e
from nasij.errors import Malformed
from nasij.ids import new_id
from tests.tabletop import TableTop

LEGAL, OTHER = kind_id("legal"), kind_id("other")
KINDS = [(LEGAL, "Legal help"), (LEGAL, "مساعدة قانونية"), (OTHER, "Something else")]
ID = "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610"


@pytest.fixture
def top() -> TableTop:
    """A directory with one service in each state."""
    found = TableTop(people.AREA, profile.AREA, tasks.AREA, aid.AREA, resources.AREA)
    one, two, three, four = (found.member() for _ in range(4))
    for name in ("New", "Checked", "Doubtful", "Avoid", "Closed"):
        details = (
            name,
            [LEGAL],
            "Old town",
            "555",
            "https://example.org/a",
            "free",
            "Passport",
            "Arabic, Kurdish",
            "Say red",
        )
        provider = new_id()
        found.say(e.ProviderProposed(provider, *details), by=one)
        if name == "Closed":
            found.say(e.CheckMade(provider, "called", "gone"), by=two)
        elif name != "New":
            found.say(e.CheckMade(provider, "called", "right"), by=two)
        if name != "Closed":
            told = (
                "unsafe" if name in ("Doubtful", "Avoid") else "safe",
                "yes",
                "no",
                "more",
                670,
                "They rang somebody.",
            )
            found.say(e.ExperienceTold(new_id(), provider, *told), by=one)
        if name == "Avoid":
            found.say(e.WarningConfirmed(provider), by=three)
            found.say(e.WarningConfirmed(provider), by=four)
    return found


def a_service(**changed: Any) -> dict[str, Any]:
    service = {"id": ID, "name": "Clinic", "status": "active"} | changed
    return {key: value for key, value in service.items() if value != "absent"}


def found_in(*services: Any) -> hsds.Brought:
    return hsds.read(json.dumps(list(services)).encode(), KINDS, OTHER, set())


def wrong(service: Any) -> list[str]:
    return [where for where, _ in hsds.problems(service, "service")]


def test_only_what_was_checked_and_bears_no_warning_goes_out_and_nothing_of_us(top: TableTop) -> None:
    text = hsds.written(top.db)
    page = json.loads(text)
    assert [one["name"] for one in page["contents"]] == ["Checked"]
    assert page["total_items"] == page["size"] == 1
    assert list(hsds.problems(page["contents"][0], "service")) == []
    members = [member for (member,) in top.rows("select member from member")]
    for secret in ("They rang", "Say red", "Doubtful", "Avoid", *members):
        assert secret not in text


def test_what_is_written_can_be_read_in_another_network(top: TableTop) -> None:
    brought = hsds.read(hsds.written(top.db).encode(), KINDS, OTHER, set())
    (fact,) = brought.facts
    there = (
        fact.name,
        fact.kinds,
        fact.area,
        fact.reach,
        fact.web,
        fact.fee,
        fact.papers,
        fact.languages,
        fact.mention,
    )
    words = ("Old town", "555", "https://example.org/a", "free", "Passport", "Arabic, Kurdish", "")
    assert there == ("Checked", [LEGAL], *words)
    other = TableTop(people.AREA, profile.AREA, tasks.AREA, aid.AREA, resources.AREA)
    other.say(fact, by=other.member())
    assert other.row("select state, checked_on from provider") == ("proposed", 0), "it counts as not yet checked"


def test_a_file_of_the_specification_of_three_shapes_is_read() -> None:
    for shape in ({"contents": [a_service()]}, [a_service()], a_service()):
        brought = hsds.read(json.dumps(shape).encode(), KINDS, OTHER, set())
        assert [fact.name for fact in brought.facts] == ["Clinic"]
        assert brought.facts[0].kinds == [OTHER]
    nulls = a_service(description=None, phones=[{"id": ID, "number": "555", "extension": None}])
    assert found_in(nulls).facts[0].reach == "555"


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"id": "absent"}, "service.id"),
        ({"name": "absent"}, "service.name"),
        ({"status": "absent"}, "service.status"),
        ({"status": "open"}, "service.status"),
        ({"id": "17"}, "service.id"),
        ({"name": 7}, "service.name"),
        ({"url": "no address"}, "service.url"),
        ({"email": "nobody"}, "service.email"),
        ({"assured_date": "27/11/2026"}, "service.assured_date"),
        ({"minimum_age": "twelve"}, "service.minimum_age"),
        ({"phones": {}}, "service.phones"),
        ({"phones": [{"id": ID}]}, "service.phones[0].number"),
        ({"organization": {"id": ID, "name": "x"}}, "service.organization.description"),
        ({"organization": []}, "service.organization"),
        (
            {"attributes": [{"id": ID, "taxonomy_term": {"id": ID, "name": "x"}}]},
            "service.attributes[0].taxonomy_term.description",
        ),
        ({"languages": ["Arabic"]}, "service.languages[0]"),
    ],
)
def test_what_the_specification_does_not_allow_is_named_by_place_and_stays_out(
    changed: dict[str, Any], place: str
) -> None:
    assert wrong(a_service(**changed)) == [place]
    brought = found_in(a_service(**changed), a_service(name="Good"))
    assert [fact.name for fact in brought.facts] == ["Good"]
    assert (brought.out, brought.bad[0][0]) == (1, f"[0] {place}")


def test_what_does_not_fit_is_left_empty_and_named() -> None:
    brought = found_in(a_service(fees_description="x" * 500), a_service(name="y" * 500))
    assert [(fact.name, fact.fee) for fact in brought.facts] == [("Clinic", "")]
    assert [where for where, _ in brought.bad] == ["[0] fee", "[1] name"]
    assert brought.out == 1


def test_what_is_there_already_twice_in_the_file_or_closed_stays_out() -> None:
    raw = json.dumps(
        [a_service(), a_service(name="CLINIC"), a_service(name="Shut", status="defunct"), a_service(name="Law")]
    )
    brought = hsds.read(raw.encode(), KINDS, OTHER, {"law"})
    assert [fact.name for fact in brought.facts] == ["Clinic"]
    assert brought.out == 3


def test_kinds_are_known_by_their_name_in_any_language_and_by_their_code() -> None:
    for term in ({"name": "legal HELP"}, {"name": "مُساعَدة قانونية"}, {"name": "x", "code": LEGAL}):
        attribute = {"id": ID, "taxonomy_term": {"id": ID, "description": "d", **term}}
        assert found_in(a_service(attributes=[attribute])).facts[0].kinds == [LEGAL], term


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff",
        b"[]",
        b"7",
        b'"x"',
        b"{",
        b"[" * 100_000,
        b"9" * 5000,
        b'{"contents": 3}',
        json.dumps([a_service()] * 101).encode(),
    ],
)
def test_anything_else_is_refused_with_a_sentence(raw: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        hsds.services_in(raw)
    assert caught.value.sentence in (hsds.NOT_HSDS, hsds.TOO_MANY)


_any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from([ID, "active"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "name",
                    "status",
                    "phones",
                    "number",
                    "organization",
                    "attributes",
                    "taxonomy_term",
                    "description",
                ]
            ),
            inner,
        )
    ),
    max_leaves=20,
)


@given(st.lists(_any, min_size=1, max_size=5))
@settings(max_examples=150, deadline=None)
def test_whatever_a_file_holds_only_what_can_be_said_comes_of_it(services: list[Any]) -> None:
    brought = hsds.read(json.dumps(services).encode(), KINDS, OTHER, set())
    assert len(brought.facts) + brought.out == len(services)
    top = TableTop(people.AREA, profile.AREA, tasks.AREA, aid.AREA, resources.AREA)
    member = top.member()
    for fact in brought.facts:
        top.say(fact, by=member)
