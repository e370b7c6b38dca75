"""The tables of stories, lessons and belonging. Words of a story go the day after it is taken back or over."""

from nasij.kit.table import Column, Keep, Says, Share, Table, blob, number, text

M = Keep.MOMENTARY
W = Keep.WORKING


def _table(
    name: str, key: str, *indexes: tuple[str, ...], words: str, numbers: str = "", keep: Keep = M, **more: Column
) -> Table:
    columns: dict[str, Column] = {column: text(keep) for column in words.split()}
    columns |= {column: number(keep) for column in numbers.split()} | more
    return Table(name, columns, key=tuple(key.split()), share=Share.CIRCLES, indexes=indexes)


TABLES = (
    # version: of the words; consent: how often the teller has said the last yes; until: by the last of them.
    _table(
        "story",
        "story",
        words="story member words about voice state reach people readers among",
        numbers="others version consent until told_on moved_at",
        signed=text(M, Says.WAY),
    ),
    _table("story_disguise", "story changed", words="story changed state"),
    _table(
        "story_check", "story reader", words="story reader recognised", numbers="version", by_what=text(M, Says.WAY)
    ),
    _table(
        "story_sharing", "copy", ("story",), words="story copy", numbers="consent", keep=W, secret=text(M, Says.KEY)
    ),
    _table(
        "story_copy",
        "copy",
        words="copy words about voice reach state placed_by readers seal",
        numbers="until placed_on",
        signed=text(M, Says.WAY),
    ),
    _table("copy_export", "export", ("copy",), words="export copy how member", numbers="noted_on", keep=W),
    _table(
        "lesson",
        "lesson",
        ("kind",),
        ("incident",),
        ("action",),
        words="lesson helped harmed kind incident action valid_where stands origin state newer proposed_by",
        numbers="checked_on proposed_on",
        keep=W,
    ),
    _table("lesson_key", "signing_key", words="signing_key", numbers="made_at", keep=W, seed=blob(W, Says.KEY)),
    _table("welcome", "welcome", words="welcome buddy newcomer state", numbers="offered_on accepted_on", keep=W),
    _table("welcome_first", "welcome first", words="welcome first", numbers="done_on", keep=W),
    _table("gathering", "gathering", words="gathering host state", numbers="held_on places", what=text(M, Says.WAY)),
    _table(
        "gathering_seat",
        "seat",
        ("gathering",),
        words="seat gathering host comer state",
        numbers="held_on",
        place=text(M, Says.WAY),
    ),
    _table("gratitude", "gratitude", words="gratitude member whom words", numbers="said_on", keep=W),
    _table("milestone", "milestone", words="milestone member words", numbers="kept_on", keep=W),
    _table("news", "news", words="news member words", numbers="shared_on", about=text(M, Says.WAY)),
)
