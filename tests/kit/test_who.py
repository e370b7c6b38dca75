"""Who holds the keys of an audience, asked about everybody and about one person."""

from nasij.areas import people
from nasij.kit import who
from tests.tabletop import TableTop


def test_asked_about_one_person_it_says_the_same_as_about_everybody() -> None:
    top = TableTop(people.AREA)
    plain, sorter, newcomer, gone = (
        top.member(),
        top.member("trusted", "cases"),
        top.member("new"),
        top.member("left"),
    )
    who.admit(top.db, "need/1", plain, gone)
    who.admit(top.db, "need/2", who.ROLE_PREFIX + "cases", newcomer)
    audiences = [who.NETWORK, who.TRUSTED, "role/cases", "role/fund", f"only/{plain}", "need/1", "need/2", "need/3"]
    for audience in audiences:
        held = {member for member in (plain, sorter, newcomer, gone) if who.holds(top.db, audience, member)}
        assert held == who.holders(top.db, audience), audience
    assert who.holders(top.db, "need/2") == {sorter, newcomer}
