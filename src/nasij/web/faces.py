"""What the pages look like from outside: a group chooses one of a few dull faces.

A face gives every page its title and its small icon, the page that is shown after leaving, and, once a group has chosen one,
the first page of its house. Its words tell nothing; its address is all that a browser's history keeps of leaving.
"""

from dataclasses import dataclass
from urllib.parse import quote

from nasij.kit.field import mark

SETTING = "face"


@dataclass(frozen=True, slots=True)
class Face:
    """One face: its number in the group's settings, the address of its page, its title, and what its icon draws."""

    number: int
    path: str
    title: str = ""  # a message id; empty: pages are numbered and nothing else
    drawing: str = ""

    @property
    def icon(self) -> str:
        """The icon as it stands in the page; without a drawing an empty one, so that no request is made for it."""
        if not self.drawing:
            return "data:,"
        drawn = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">{self.drawing}</svg>'
        return "data:image/svg+xml," + quote(drawn, safe="")


PLAIN = Face(1, "/leave")
FACES = (
    PLAIN,
    Face(
        2,
        "/notes",
        mark("Notes"),
        '<path fill="#e8c547" d="M2 1h12v14H2z"/><path stroke="#555" d="M4 5.5h8M4 8.5h8M4 11.5h5"/>',
    ),
    Face(
        3,
        "/units",
        mark("Units"),
        '<path fill="#4a7fb5" d="M0 5h16v6H0z"/><path stroke="#fff" d="M2.5 5v3M5.5 5v4M8.5 5v3M11.5 5v4M14.5 5v3"/>',
    ),
    Face(
        4,
        "/books",
        mark("Books"),
        '<path fill="#8f3b26" d="M2 2h3v12H2z"/><path fill="#5c6b33" d="M6 3h3v11H6z"/>'
        '<path fill="#24476b" d="M10 2h4v12h-4z"/>',
    ),
)
BY_PATH = {face.path: face for face in FACES}


def face_of(number: int) -> Face:
    """Return a face by its number; the plain one for a number that this version does not know."""
    return next((face for face in FACES if face.number == number), PLAIN)
