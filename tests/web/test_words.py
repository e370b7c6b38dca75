from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import nasij
from nasij.errors import Malformed
from nasij.web import address
from nasij.web.words import END_ISOLATE, FIRST_ISOLATE, PLURALS, Words, catalogue, fill

AR, EN = Words("ar"), Words("en")
DAY = 20_781  # 24 November 2026


def plain(text: str) -> str:
    return text.replace(FIRST_ISOLATE, "").replace(END_ISOLATE, "")


def test_direction_comes_from_the_language():
    assert (AR.direction, EN.direction) == ("rtl", "ltr")
    assert (Words("ar-XB").direction, Words("en-XA").direction) == ("rtl", "ltr")


def test_a_message_is_translated_and_english_stays():
    assert AR.gettext("Ask for help") == "طلب مساعدة"
    assert EN.gettext("Ask for help") == "Ask for help"
    assert AR.gettext("nobody ever wrote this") == "nobody ever wrote this"
    assert AR.gettext("") == ""  # and not the catalogue's header


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (1, "غدًا"), (2, "بعد يومين"), (3, "بعد 3 أيام"), (10, "بعد 10 أيام"), (11, "بعد 11 يومًا"),
        (99, "بعد 99 يومًا"), (100, "بعد 100 يوم"), (103, "بعد 103 أيام"), (-2, "قبل يومين"), (0, "اليوم"), (-1, "أمس"),
    ],
)  # fmt: skip
def test_all_arabic_plural_forms(n, words):
    assert AR.day_left(DAY + n, DAY) == words


def test_months_follow_the_region():
    assert AR.day(DAY) == "24 نوفمبر 2026"
    assert Words("ar", region="SY").day(DAY) == "24 تشرين الثاني 2026"
    assert Words("ar", region="MA").day(DAY) == "24 نونبر 2026"
    assert EN.day(DAY) == "24 November 2026"
    assert AR.day(0) == "–"


def test_an_unknown_region_falls_back():
    assert Words("ar", region="ZZ").day(DAY) != ""


def test_digits_are_an_explicit_choice():
    indic = Words("ar", digits="arabic")
    assert AR.number(12345) == "12,345"
    assert indic.number(12345) == "١٢٬٣٤٥"
    assert indic.day(DAY) == "٢٤ نوفمبر ٢٠٢٦"
    assert indic.day_left(DAY + 5, DAY) == "بعد ٥ أيام"
    assert indic.gettext("Row %(row)d", row=7) == "الصف ٧"


def test_codes_and_names_keep_their_digits_and_are_isolated():
    said = Words("ar", digits="arabic").gettext("Valid until %(hour)s.", hour="k7m-2qx")
    assert f"{FIRST_ISOLATE}k7m-2qx{END_ISOLATE}" in said


def test_the_hour_is_shown_in_the_members_zone():
    assert EN.hour(DAY * 24 + 14) == "24 November 2026, 14:00"
    assert Words("en", zone="Asia/Kolkata").hour(DAY * 24 + 14) == "24 November 2026, 19:30"
    assert Words("en", zone="Not/AZone").hour(DAY * 24 + 14) == "24 November 2026, 14:00"


def test_a_form_of_address_falls_back_to_the_neutral_wording(monkeypatch):
    words = catalogue("ar")
    monkeypatch.setitem(words._catalog, "f\x04Ask for help", "اطلبي مساعدة")
    assert Words("ar", address="f").gettext("Ask for help") == "اطلبي مساعدة"
    assert Words("ar", address="m").gettext("Ask for help") == "طلب مساعدة"
    assert AR.gettext("Ask for help") == "طلب مساعدة"


def test_a_problem_is_said_with_its_numbers():
    problem = Malformed("Please write a number from %(least)d to %(most)d.", least=1, most=50)
    assert AR.of(problem) == "نرجو كتابة عدد من 1 إلى 50."


def test_words_that_look_like_a_placeholder_do_no_harm():
    assert fill("100 % %(x)s %(y)s 5%%", {"x": "a"}, str) == "100 % a %(y)s 5%"


def test_pseudo_languages_mark_every_message_and_keep_placeholders():
    assert Words("en-XA").gettext("Row %(row)d", row=3).startswith("[Röw 3")
    assert len(Words("en-XA").gettext("Ask for help")) >= 1.3 * len("Ask for help")
    assert Words("ar-XB").gettext("Ask").startswith("\u202e")


def test_every_arabic_catalogue_counts_the_same_way_and_says_a_message_once():
    said = {}
    for path in sorted((Path(nasij.__file__).parent / "locale" / "ar").glob("*.po")):
        with path.open("rb") as lines:
            found = read_po(lines)
        assert found.plural_forms.rstrip(";") == PLURALS["ar"].rstrip(";"), path.name
        for message in found:
            key = (message.id if isinstance(message.id, str) else message.id[0], message.context)
            if message.id and message.string and isinstance(message.string, str):
                assert said.setdefault(key, (message.string, path.name))[0] == message.string, (
                    key,
                    path.name,
                    said[key],
                )


@pytest.mark.parametrize(
    ("form", "said"),
    [("m", "الاحتياج لك"), ("f", "الاحتياج لكِ"), ("pl", "الاحتياج لكم")],
)
def test_a_sentence_follows_the_form_of_address_by_its_endings(form, said):
    assert address.turned("الاحتياج لك", form) == said
    assert address.turned("ذلك البنك مشترك هناك", form) == "ذلك البنك مشترك هناك"


def test_several_people_have_hands_and_selves_of_their_own():
    assert address.turned("وحدك، بنفسك، خارج يدك، أنتَ", "pl") == "وحدكم، بأنفسكم، خارج أيديكم، أنتم"


def test_what_somebody_says_of_themselves_is_no_address():
    assert Words("ar", address="f").find("I am not on call") == Words("ar").find("I am not on call")


def test_a_groups_own_words_are_left_alone():
    assert Words("ar", address="pl").find("Your bread لك") == "Your bread لك"
