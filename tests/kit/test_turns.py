"""What holds for lists that are shown some at a time."""

from nasij.kit.turns import A_PAGE, LAST, shown, span, turn_of


def test_anything_that_is_no_number_of_a_page_is_the_first():
    assert [turn_of(typed) for typed in ("", "0", "-3", "x", "٣", "²", "9" * 400)] == [1] * 7
    assert (turn_of("2"), turn_of("99999")) == (2, LAST)


def test_the_pages_show_every_row_once_and_lead_to_each_other():
    every = list(range(2 * A_PAGE + 3))
    seen, ways = [], []
    for typed in ("1", "2", "3"):
        most, after = span(typed)
        [part], way = shown("/x", typed, every[after : after + most])
        seen += part
        ways.append((way["before"], way["after"]))
    assert seen == every
    assert ways == [("", "/x/page/2"), ("/x/page/1", "/x/page/3"), ("/x/page/2", "")]


def test_lists_of_one_page_turn_until_the_longest_is_through():
    short, long = [1], list(range(A_PAGE + 1))
    parts, ways = shown("/x", "1", short, long)
    assert parts == [short, long[:A_PAGE]]
    assert ways == {"before": "", "after": "/x/page/2"}


def test_a_whole_page_with_nothing_after_it_leads_nowhere():
    assert shown("/x", "1", list(range(A_PAGE)))[1] == {"before": "", "after": ""}
    assert shown("/x", str(LAST), list(range(A_PAGE + 1)))[1]["after"] == ""
