"""A film's fingerprint is taken in a real house: larger than any upload, compared later, and nothing of it lies anywhere."""

import hashlib
import random
from pathlib import Path

import pytest

from nasij.web.body import UPLOAD_MAX
from tests.walker import House, Walker

pytestmark = pytest.mark.slow
MARK = b"zqfilmxk"


def test_a_file_is_noted_and_compared_and_not_kept(tmp_path: Path) -> None:
    film = MARK * 4 + random.Random(1).randbytes(UPLOAD_MAX + 1_000_000) + MARK
    other = film[:-1] + b"!"
    noted = {"kind": "video", "held": "third shelf", "made_on": "2026-01-05", "consent": "mine", "note": ""}
    with House(tmp_path / "home") as house:
        huda = Walker(house)
        huda.found()
        huda.get("/plans/evidence")
        huda.upload("/plans/evidence", "digest", "a film of mine.mp4", film, **noted)
        assert huda.path.startswith("/plans/evidence/"), huda.text()
        assert hashlib.sha256(film).hexdigest() in huda.page
        compare = huda.path + "/compare"
        huda.get(compare)
        huda.upload(compare, "digest", "b.mp4", other)
        assert huda.status == 422
        assert "This is another file" in huda.text()
        huda.upload(compare, "digest", "c.mp4", film)
        assert "Compared, and the same" in huda.text()
        huda.fill(compare, digest=f" {hashlib.sha256(film).hexdigest().upper()} ")
        assert "Compared, and the same" in huda.text()
        for file in tmp_path.rglob("*"):
            if file.is_file() and not file.is_socket():
                raw = file.read_bytes()
                assert MARK not in raw, file
                assert b"film of mine" not in raw, file
