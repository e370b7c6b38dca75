import itertools
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import nasij
from nasij.kit.page import Item, Page
from nasij.kit.who import By
from nasij.web import templates
from nasij.web.headers import headers, leaving, policy
from nasij.web.look import Look, seen_by_audience
from nasij.web.sketchbook import KINDS, ME, NAMES, NEED, OTHER, STEPS, sketch_look, sketches
from nasij.web.templates import environment, render, styles, takes_typing
from nasij.web.words import LANGUAGES, PSEUDO, Words

FOLDER = Path(nasij.__file__).parent / "templates"
PAGES = {language: sketches(Words(language)) for language in (*LANGUAGES, *PSEUDO)}
ALL = [(language, name) for language, pages in PAGES.items() for name in pages]
VOID = {"meta", "link", "input", "br", "img"}
OWN_WORDS = {*NAMES.values(), "ما المطلوب", "رقم الهاتف"}  # of the sketches' people, not ours to translate


class Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.faults: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)


def draw(source: str, look: Look | None = None, **values) -> str:
    held = templates._LOOK.set(look or sketch_look(Words("en")))
    try:
        return environment().from_string(source).render(values)
    finally:
        templates._LOOK.reset(held)


@pytest.mark.parametrize(("language", "name"), ALL)
def test_every_page_is_well_made(language, name):
    page = Reader(PAGES[language][name])
    assert not page.faults
    assert not page.open
    attributes = [attrs for _, attrs in page.tags]
    ids = [a["id"] for a in attributes if "id" in a]
    assert len(ids) == len(set(ids))
    assert not [a for a in attributes if "style" in a or any(key.startswith("on") for key in a)]
    assert not {tag for tag, _ in page.tags} & {"script", "svg", "math", "iframe", "object"}
    assert [tag for tag, _ in page.tags].count("h1") == 1
    html = next(a for tag, a in page.tags if tag == "html")
    assert html["lang"] == language
    assert html["dir"] == ("rtl" if language.startswith("ar") else "ltr")
    for reference in (part for a in attributes for part in (a.get("aria-describedby") or "").split()):
        assert reference in ids
    labelled = {a["for"] for tag, a in page.tags if tag == "label"}
    assert labelled <= set(ids)
    for tag, a in page.tags:
        if tag in ("input", "select", "textarea") and a.get("type") != "hidden":
            assert a["id"] in labelled
        if tag == "a" and (a.get("href") or "").startswith("#"):
            assert a["href"][1:] in ids
        if tag == "form":
            assert a["method"] == "post"
            assert a["autocomplete"] == "off"
        if tag == "img":
            assert a["alt"]
    assert not re.search(r"%\(\w+\)[sd]", PAGES[language][name])


@pytest.mark.parametrize(("language", "name"), [pair for pair in ALL if not pair[1].startswith("leave-")])
def test_leaving_comes_first_for_the_keyboard(language, name):
    page = Reader(PAGES[language][name])
    links = [a for tag, a in page.tags if tag in ("a", "button", "input", "summary")]
    assert links[0]["href"] == "/exit"
    assert links[1]["href"] == "#main"


def test_headings_do_not_skip_a_level():
    for pages in PAGES.values():
        for name, html in pages.items():
            levels = [int(level) for level in re.findall(r"<h([1-6])", html)]
            assert all(b - a <= 1 for a, b in itertools.pairwise(levels)), name


def test_every_message_of_every_page_has_its_arabic(monkeypatch):
    missing = set()
    plain = Words.find

    def find(self, message):
        if not self.knows(message):
            missing.add(message)
        return plain(self, message)

    monkeypatch.setattr(Words, "find", find)
    sketches(Words("ar"))
    assert missing <= OWN_WORDS


@pytest.mark.parametrize("name", PAGES["en-XA"])
def test_nothing_on_a_page_escapes_translation(name):
    html = re.sub(r"<style.*?</style>|<bdi.*?</bdi>|<t[dh][^>]*>.*?</t[dh]>", "", PAGES["en-XA"][name], flags=re.DOTALL)
    html = re.sub(r"<(option|label|p|li|summary|strong|ul|textarea)[^>]*dir=\"?auto.*?</\1>", "", html, flags=re.DOTALL)
    words = re.sub(r"<[^>]*>", "\n", html)
    for _ in range(2):  # a message may stand inside another
        words = re.sub(r"\[[^\[\]]*~\]", "", words)
    left = set(re.findall(r"[A-Za-z]{3,}", words)) - {"English", "Amal", "November"}
    assert not left


def test_titles_tell_nothing():
    for pages in PAGES.values():
        for name, html in pages.items():
            title = re.search(r"<title>(.*?)</title>", html)[1]
            assert name.startswith("leave-") or re.fullmatch(r"(Page|الصفحة|\[.*\]|\u202e.*\u202c) \d", title)


def test_pages_are_small():
    for language in ("ar", "en"):
        assert len(PAGES[language]["start"].encode()) <= 14_000
        assert len(PAGES[language]["home"].encode()) <= 30_000
    assert len(styles()) <= 6_400


def test_styles_and_templates_know_no_left_and_right():
    assert not re.search(
        r"\b(left|right)\b|margin-(top|bottom)|text-transform|letter-spacing|italic|font-face|url\(", styles()
    )


def test_no_template_brings_script_style_or_unescaped_words():
    for path in FOLDER.rglob("*.html"):
        source = path.read_text("utf-8")
        assert not re.search(r"\|\s*safe|<script|\sstyle=|<svg|autoescape false", source), path.name


def test_words_of_people_stay_words():
    assert draw("{{ _(x) }}", x="<b>%(y)s</b>") == "&lt;b&gt;%(y)s&lt;/b&gt;"
    assert "<i>" not in draw("{{ _('Valid until %(hour)s.', hour=x) }}", x="<i>")
    assert draw("{{ text(x) }}", x="a\nb\n\n<c>") == (
        "<p dir=auto class=said>a<br>b</p><p dir=auto class=said>&lt;c&gt;</p>"
    )
    assert draw("{{ one_line(x) }}", x="<c>") == "<bdi>&lt;c&gt;</bdi>"


def test_names_and_codes_are_isolated():
    assert draw("{{ name(x) }}", x=OTHER) == "<bdi>Amal</bdi>"
    assert "dir=ltr" in draw("{{ name(x) }}", x=NEED)
    assert draw("{{ code(x) }}", x="") == "–"


def test_labels_and_states():
    assert draw("{{ label(k, 'food') }}", k=KINDS) == "Food"
    assert draw("{{ label(k, '<x>') }}", k=KINDS) == "<bdi>&lt;x&gt;</bdi>"
    assert draw("{{ state(s, 'open') }}", s=STEPS) == '<span class="tag">Open</span>'
    assert 'class="tag over"' in draw("{{ state(s, 'met') }}", s=STEPS)


def test_may_follows_the_acts_and_pages():
    newcomer = sketch_look(Words("en"), me=By(OTHER, 1, "new"))
    source = "{{ may('/aid/ask') }} {{ may('/people') }} {{ may('/invite') }} {{ may('/nowhere') }}"
    assert draw(source, newcomer) == "False True True False"
    assert draw("{{ may('/aid/ask') }}") == "True"


def test_press_and_form_carry_the_marks():
    html = draw("{{ press('/x', 'Done', grave=True, need='n') }}{{ form('/aid/ask', people=4) }}")
    assert html.count('name="_token"') == 2
    assert len(set(re.findall(r'name="_once" value="([^"]+)"', html))) == 2
    assert 'class="grave"' in html
    assert 'value="4"' in html


def test_items_come_in_the_order_of_harm():
    html = draw("{{ items(x) }}", x=[Item(2, "later", "/b"), Item(0, "%(n)d first", "/a", {"n": 2})])
    assert html.index("2 first") < html.index("later")


def test_a_code_in_an_item_keeps_its_halves_together_and_a_name_is_a_name():
    html = draw("{{ items(x) }}", x=[Item(0, "%(code)s of %(who)s", "/a", {"code": "k7m-2qx", "who": "Amal"})])
    assert "<bdi class=code dir=ltr translate=no>k7m-2qx</bdi> of \u2068Amal\u2069" in html
    assert ".items) .code{white-space:nowrap}" in styles()


def test_saved_is_never_called_sent():
    assert "saved here" in draw("{{ saved('x') }}")
    assert "on the hub" in draw("{{ saved('x') }}", sketch_look(Words("en"), saved_mark=lambda _: "hub"))
    opened = sketch_look(Words("en"), saved_mark=lambda _: "hub")
    assert "opened by somebody" in draw("{{ saved('x', 1) }}", opened)
    assert "opened" not in draw("{{ saved('x', 0) }}", opened)
    assert "saved here" in draw("{{ saved('x', 1) }}"), "what waits here is not elsewhere yet"


def test_a_private_circle_names_its_people_only_to_them():
    look = sketch_look(Words("en"))
    look.db.executemany("insert into holder (of, who) values ('case/x', ?)", [(ME,), (OTHER,)])
    assert set(seen_by_audience(look, "case/x").members) == {ME, OTHER}
    stranger = sketch_look(Words("en"), db=look.db, me=By(NEED, 1, "trusted"))
    assert seen_by_audience(stranger, "case/x").members == ()


def test_a_missing_value_is_seen_at_once():
    with pytest.raises(Exception, match="undefined"):
        render(sketch_look(Words("en")), Page("home.html", {}))


def test_whoever_types_is_not_interrupted():
    assert takes_typing(PAGES["ar"]["ask"])
    assert takes_typing(PAGES["ar"]["open"])
    assert not takes_typing(PAGES["ar"]["home"])


def test_headers_forbid_scripts_and_traces():
    found = dict(headers("abc", private=True, idle_seconds=900))
    assert found[b"cache-control"] == b"no-store"
    assert found[b"referrer-policy"] == b"same-origin"
    assert b"script-src" not in policy("abc")
    assert b"default-src 'none'; style-src 'nonce-abc'" in found[b"content-security-policy"]
    assert found[b"refresh"] == b"900; url=/lock"
    assert b"refresh" not in dict(headers("abc", private=False, idle_seconds=900))
    assert b"clear-site-data" in dict(leaving())
    assert not {b"server", b"etag", b"last-modified"} & set(found)
