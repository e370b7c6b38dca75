from dataclasses import dataclass
from typing import Annotated

import pytest

from nasij.areas import trust
from nasij.errors import NotHereYet, Refused
from nasij.gate import all_areas
from nasij.ids import code, is_id, new_id
from nasij.kit.area import TRUSTED_MEMBER, Area, Areas, act, chosen, fact, role_circle
from nasij.kit.field import Id, Ref, Refs, Text
from nasij.kit.page import Page
from nasij.kit.table import Keep
from nasij.web.forms import ANY_PROBLEM, Reading, lines_of, read, shown
from nasij.web.look import Look
from nasij.web.sketchbook import ME, NEED, OTHER, sketch_look
from nasij.web.templates import form, render
from nasij.web.words import Words
from tests.tabletop import TableTop

ALL = all_areas().areas

LOOK = sketch_look(Words("en"))
ASK, _ = LOOK.act_at("/aid/ask")
RIGHT = {"kind": ["food"], "what": ["Bread"], "people": ["٣"], "needed_by": ["٢٤/١١/٢٠٢٦"], "also": [OTHER, ME]}


def typed(**rest) -> Reading:
    return read(ASK, {**RIGHT, **rest}, {}, LOOK.db, LOOK.me)


def test_a_filled_form_becomes_a_fact_with_a_new_id():
    found = typed()
    assert found.problems == {}
    assert is_id(found.form.need)
    assert (found.form.people, found.form.needed_by) == (3, 20_781)
    assert found.form.also == sorted([ME, OTHER])
    assert typed().form.need != found.form.need


def test_every_wrong_field_is_reported_and_all_that_was_typed_is_kept():
    found = typed(kind=["no"], what=["x" * 501], people=["many"], needed_by=["soon"], helper=[NEED])
    assert found.form is None
    assert set(found.problems) == {"kind", "what", "people", "needed_by", "helper"}
    assert found.kept["people"] == ["many"]
    assert found.kept["needed_by"] == ["soon"]


def test_only_an_offered_record_can_be_chosen():
    assert set(typed(helper=[NEED], also=[NEED]).problems) == {"helper", "also"}


def test_a_missing_needed_field_is_named_calmly():
    found = read(ASK, {}, {}, LOOK.db, LOOK.me)
    assert set(found.problems) == {"kind", "what", "people"}
    assert found.problems["what"].sentence == "Please fill in this field."


def test_the_forgery_mark_is_not_kept():
    assert "_token" not in typed(_token=["x"], _once=["y"]).kept


def test_a_value_in_the_path_wins_over_what_was_typed():
    met, params = LOOK.act_at(f"/aid/{NEED}/met")
    found = read(met, {"need": [OTHER]}, params, LOOK.db, LOOK.me)
    assert found.form.need == NEED


def test_a_nonsense_path_is_not_there():
    met, _ = LOOK.act_at(f"/aid/{NEED}/met")
    with pytest.raises(NotHereYet):
        read(met, {}, {"need": "nonsense"}, LOOK.db, LOOK.me)


def test_a_picture_comes_beside_the_form_and_never_from_a_text_field():
    assert read(ASK, RIGHT | {"photo": ["abc"]}, {}, LOOK.db, LOOK.me).form.photo == b""
    assert read(ASK, RIGHT, {}, LOOK.db, LOOK.me, b"jpeg").form.photo == b"jpeg"


def test_the_form_says_who_sees_it_and_how_long_it_is_kept():
    drawn = shown(LOOK, ASK, "/aid/ask")
    assert [seen.sentence for seen in drawn.seen] == ["Everyone in the network, newcomers too."]
    assert any("180 days" in words for words in drawn.kept)
    assert any("30 days" in words for words in drawn.kept)


def test_controls_suit_their_fields():
    kinds = {box.name: box.kind for box in shown(LOOK, ASK, "/aid/ask").boxes}
    assert kinds == {
        "kind": "select", "what": "lines", "urgency": "radios", "needed_by": "day", "people": "whole",
        "ways": "checks", "helper": "radios", "also": "checks", "quiet": "flag", "photo": "picture",
    }  # fmt: skip


def test_values_come_back_as_they_were_typed():
    boxes = {b.name: b for b in shown(LOOK, ASK, "/aid/ask", {"people": ["٩٩"], "needed_by": 20_781}).boxes}
    assert boxes["people"].value == "٩٩"
    assert boxes["needed_by"].value == "2026-11-24"


def test_a_refusal_stands_above_the_form():
    drawn = shown(LOOK, ASK, "/aid/ask", {}, {ANY_PROBLEM: Refused("No.", advice="Later.")})
    assert (drawn.problem, drawn.advice) == ("No.", "Later.")


def test_each_form_has_its_own_one_time_mark():
    assert shown(LOOK, ASK, "/aid/ask").once != shown(LOOK, ASK, "/aid/ask").once


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that states two facts."""

    note: Annotated[str, Id()]
    words: Annotated[str, Text(length_max=9, keep=Keep.SHORT, label="Words")]


@dataclass(frozen=True, slots=True)
class Said:
    """Something was said."""

    note: Annotated[str, Id()]
    scope: Annotated[str, Text(length_max=9, keep=Keep.LEDGER, hidden=True)]


@dataclass(frozen=True, slots=True)
class Noted:
    """Something was noted."""

    note: Annotated[str, Ref(to="note", hidden=True)]


def _noted(filled):
    return Noted(filled.note)


def make_both(_db, _by, filled):
    return [Said(filled.note, "trusted"), _noted(filled)]


def test_a_form_that_states_several_facts_names_all_their_readers():
    area = Area(
        "x", "X", (),
        (
            fact(Said, said_by=TRUSTED_MEMBER, read_by=chosen("note", "note"), fold=lambda *_: None),
            fact(Noted, said_by=TRUSTED_MEMBER, read_by=role_circle("cases"), fold=lambda *_: None),
        ),
        acts=(act("/x", Filled, then="/", title="T", press="P", make=make_both),),
    )  # fmt: skip
    look = sketch_look(Words("en"), areas=Areas.of((area,)))
    assert {line.cls for line in lines_of(look, area.acts[0])} == {Said, Noted}
    told = " ".join(seen.sentence for seen in shown(look, area.acts[0], "/x").seen)
    assert "You choose" in told
    assert "coordination" in told


def parts_of(path: str, acts) -> dict[str, str]:
    look = Look(words=Words("en"), areas=all_areas())
    found = next(one for one in acts if one.path == path)
    return {seen.sentence: seen.part for seen in shown(look, found, path.replace("{", "").replace("}", "")).seen}


def test_a_form_says_which_part_of_it_each_of_several_readers_sees():
    assert parts_of("/trust/vouch/{member}", trust.AREA.acts) == {
        "Everyone in the network, newcomers too.": "For what?",
        "Trusted members. Newcomers cannot see it.": "How do you know each other? · In your words",
    }
    assert parts_of("/trust/open/{member}", trust.AREA.acts) == {
        "Everyone in the network, newcomers too.": "Only that it was done, without what is filled in here",
        "Only the people who take part in this, in a private circle.": "What is filled in here",
    }
    assert set(parts_of("/trust/freeze/{member}", trust.AREA.acts).values()) == {""}, "with one reader nothing is added"


def test_no_field_of_a_form_with_several_readers_is_left_out_of_who_sees_it():
    """Whatever somebody writes there stands in at least one part, so a part never says less than is read."""
    look = Look(words=Words("en"), areas=all_areas())
    several = 0
    for found in (one for area in ALL for one in area.acts):
        drawn = shown(look, found, found.path.replace("{", "").replace("}", ""))
        parts = [seen.part for seen in drawn.seen]
        if not any(parts):
            continue
        several += 1
        written = {box.label for box in drawn.boxes if box.kind in ("line", "lines", "day")}
        assert "What is filled in here" in parts or written <= set(" · ".join(parts).split(" · ")), found.path
        assert all(parts), found.path
    assert several > 8


def test_a_hidden_field_without_a_value_is_a_problem_of_the_whole_form():
    line = act("/y", Said, then="/", title="T", press="P")
    assert set(read(line, {}, {}, LOOK.db, LOOK.me).problems) == {ANY_PROBLEM}


def test_several_forms_on_one_page_have_different_ids():
    from nasij.web.templates import _LOOK

    held = _LOOK.set(LOOK)
    try:
        first, second = form("/aid/ask"), form(f"/aid/{NEED}/met")
    finally:
        _LOOK.reset(held)
    assert 'id="f' in first
    assert NEED in second


def test_typed_markup_is_inert():
    html = render(LOOK, Page("form.html", {"shown": shown(LOOK, ASK, "/aid/ask", {"what": ['</textarea><script>"']})}))
    assert "<script" not in html
    assert "&lt;/textarea&gt;" in html


def test_a_form_about_a_member_says_whom_it_is_about():
    """Nobody freezes, vouches for or reports somebody without reading who it is; codes of records stay out of it."""

    top = TableTop(*ALL)
    huda, sami = top.member(), top.member()
    look = Look(words=Words("ar"), path="/", me=top.by(huda), db=top.db, areas=top.areas, token="t")
    for line in trust.AREA.acts:
        if line.path in ("/trust/vouch/{member}", "/trust/freeze/{member}", "/trust/raise/{about}"):
            path = line.path.replace("{member}", sami).replace("{about}", sami)
            assert shown(look, line, path).about == (sami,)
    by_record = next(one for one in trust.AREA.acts if one.path == "/trust/freeze-confirm/{freeze}")
    assert shown(look, by_record, f"/trust/freeze-confirm/{huda[::-1]}").about == ()


def test_a_form_of_optional_fields_alone_folds_nothing_away():
    """A page that asks for something and shows no field looks broken."""

    top = TableTop(*ALL)
    look = Look(words=Words("ar"), path="/", me=top.by(top.member()), db=top.db, areas=top.areas, token="t")
    contact = next(one for area in ALL for one in area.acts if one.path == "/profile/contact")
    ask = next(one for area in ALL for one in area.acts if one.path == "/aid/ask")
    assert shown(look, contact, contact.path).more == ()
    folded = shown(look, ask, ask.path)
    assert folded.more
    assert not folded.more_open, "what it starts with opens nothing"
    assert shown(look, ask, ask.path, {"area": ["souk"]}).more_open, "words that were typed are seen again"


def test_every_act_and_page_is_found_at_its_own_path_and_a_fixed_path_before_one_with_values():
    look = Look(words=Words("en"), areas=all_areas())
    for area in ALL:
        for line in (*area.acts, *area.pages):
            found = look.act_at(line.path) if line in area.acts else (look.page_at(line.path),)
            assert found is not None and found[0].path == line.path, line.path
    assert look.act_at("/aid/ask")[0].path == "/aid/ask"
    assert look.page_at(f"/aid/{NEED}").path == "/aid/{need}"
    assert look.page_at("/grants/desk").path == "/grants/desk"
    for nowhere in ("", "/", "/nowhere", "/aid/ask/more/and/more"):
        assert look.act_at(nowhere) is None and look.page_at(nowhere) is None


# --- more records than a page can list ----------------------------------------------------------------------------------

MANY = [(new_id(), f"هالة {n}") for n in range(200)] + [(new_id(), "Sami"), (new_id(), "sami")]


@dataclass(frozen=True, slots=True)
class _Told:
    told: Annotated[str, Id()]
    one: Annotated[str, Ref(to="member", optional=True)]
    some: Annotated[list[str], Refs(to="member", optional=True)]


def _many_act():
    def offered(_db, _by):
        return MANY

    return act(
        "/told",
        _Told,
        title="Tell",
        press="Tell",
        then="/",
        by=TRUSTED_MEMBER,
        options={"one": offered, "some": offered},
    )


def told(**given) -> Reading:
    return read(_many_act(), given, {}, LOOK.db, LOOK.me)


def test_people_that_are_too_many_to_list_are_written_by_name_or_code():
    first, second = MANY[7][0], MANY[8][0]
    assert told(one=["هاله ٧"]).form.one == first
    assert told(one=[code(first)]).form.one == told(one=[first]).form.one == first
    assert told(some=["هالة 8\n\n  هالة 7 \n"]).form.some == sorted([first, second])
    assert told(one=[""], some=[""]).form.some == []


def test_a_name_that_nobody_or_several_have_gets_a_sentence_and_stays_on_the_form():
    nobody, several = told(one=["Zeina"]), told(some=["هالة 7\nSAMI"])
    assert nobody.problems["one"].sentence == "Nothing here is called this."
    assert several.problems["some"].sentence == "Several are called this."
    assert "code" in several.problems["some"].advice
    assert several.kept["some"] == ["هالة 7\nSAMI"]
    assert told(some=[f"هالة 7\n{code(MANY[-1][0])}"]).form.some == sorted([MANY[7][0], MANY[-1][0]])


def test_a_form_with_a_thousand_people_stays_small():
    page = shown(LOOK, _many_act(), "/told", {"one": MANY[3][0]})
    boxes = {box.name: box for box in page.boxes}
    assert (boxes["one"].kind, boxes["one"].value, boxes["one"].options) == ("line", "هالة 3", ())
    assert boxes["some"].kind == "lines"
    assert "one on each line" in boxes["some"].hint
