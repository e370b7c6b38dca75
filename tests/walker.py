"""A person without a browser: follows links, fills forms, keeps one cookie jar, runs no script. And a house to walk in.

`House` starts the real thing in a process of its own, as `nasij up` does; `Walker` sends what a browser would send.
"""

import http.client
import os
import re
import signal
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable
from html import unescape
from pathlib import Path

PHRASE = "orange window coffee bridge lantern garden"
ROOT = Path(__file__).parent.parent


class House:
    """A house, and a hub beside it unless another is named, on loopback."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        self.log = home.parent / f"{home.name}.log"
        environment = {**os.environ, "NASIJ_HOME": str(home), "NASIJ_ARGON_COST": "0", "PYTHONPATH": str(ROOT / "src")}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "nasij", "up", "--port", "0", *arguments],
                env=environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("http://"), self.log.read_text()
        self.port = int(line.strip().rstrip("/").rsplit(":", 1)[1])

    def stop(self) -> None:
        """Stop as somebody at the machine would."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def kill(self) -> None:
        """Stop as a power cut would."""
        self.process.kill()
        self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def __enter__(self) -> "House":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.stop()


class Walker:
    """One person at one house."""

    def __init__(self, house: House, language: str = "en") -> None:
        self.house = house
        self.language = language
        self.cookies: dict[str, str] = {}
        self.page = ""
        self.path = ""
        self.status = 0
        self.headers: list[tuple[str, str]] = []
        self.raw = b""
        self.welcomed: set[str] = set()

    def _send(self, method: str, path: str, body: bytes | None, kind: str, hops: int = 0) -> str:
        assert hops < 10, f"sent round in circles at {path}"
        host = f"127.0.0.1:{self.house.port}"
        connection = http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=60)
        headers = {"Host": host, "Accept-Language": self.language}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if method == "POST":
            headers |= {"Content-Type": kind, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}
        connection.request(method, path, body, headers)
        try:
            answer = connection.getresponse()
        except ConnectionResetError:
            if method != "GET":
                raise
            # It was handed to a room that was about to end, as those do whose member is frozen: one looks again.
            return self._send(method, path, body, kind, hops + 1)
        self.raw = answer.read()
        connection.close()
        self.headers = answer.getheaders()
        for name, value in self.headers:
            if name.lower() == "set-cookie":
                key, kept = value.split(";")[0].split("=", 1)
                self.cookies.pop(key, None)
                if kept:
                    self.cookies[key] = kept
        if answer.status == 303:
            where = answer.getheader("location") or "/"
            return self._send("GET", where.split("#")[0], None, "", hops + 1)
        self.page, self.path, self.status = self.raw.decode("utf-8", "replace"), path, answer.status
        return self.page

    def get(self, path: str) -> str:
        """Open a page."""
        return self._send("GET", path, None, "")

    def post(self, path: str, *, token: bool = True, **fields: str | list[str]) -> str:
        """Send a form from the page that is open."""
        pairs = self._marks(fields, token=token)
        return self._send(
            "POST", path, urllib.parse.urlencode(pairs, doseq=True).encode(), "application/x-www-form-urlencoded"
        )

    def upload(self, path: str, field: str, name: str, raw: bytes, **fields: str) -> str:
        """Send a form with a file."""
        border = "border-of-parts"
        body = b""
        for key, value in self._marks(fields, token=True).items():
            body += f'--{border}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        body += (
            f'--{border}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'.encode() + raw
        )
        body += f"\r\n--{border}--\r\n".encode()
        return self._send("POST", path, body, f"multipart/form-data; boundary={border}")

    def _marks(self, fields: dict, *, token: bool) -> dict:
        marks = dict(fields)
        for name in ("_token", "_once"):
            found = re.search(rf'name="?{name}"? value="([^"]+)"', self.page)
            if found and token:
                marks.setdefault(name, found[1])
        return marks

    def fill(self, path: str, **fields: str | list[str]) -> str:
        """Open a form and send it."""
        self.get(path)
        assert self.status == 200, (path, self.status, self.text()[-300:])
        return self.post(path, **fields)

    def text(self) -> str:
        """Return the words of the page that is open."""
        plain = re.sub(r"<style.*?</style>", "", self.page, flags=re.DOTALL)
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", plain)))

    def until(self, path: str, there: Callable[[], bool] | str, seconds: float = 40) -> None:
        """Open a page again and again until it shows something."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.get(path)
            if (there in self.text() + self.page) if isinstance(there, str) else there():
                return
            time.sleep(0.3)
        raise AssertionError(f"{path} never showed {there}: {self.text()[:2000]}")

    # --- what people do again and again --------------------------------------------------------------------------

    def found(self, network: str = "Walnut", alias: str = "Huda", room: str = "kitchen") -> None:
        """Found a network."""
        self.fill(
            "/found",
            network=network,
            alias=alias,
            room=room,
            passphrase=PHRASE,
            again=PHRASE,
            address="f",
            languages="ar",
        )
        assert self.path == "/kit", self.text()

    def open(self, room: str) -> None:
        """Open a room."""
        self.fill("/open", room=room, passphrase=PHRASE)
        assert self.path == "/", self.text()

    def invite(self) -> tuple[str, str]:
        """Make an invitation; returns its link and its words."""
        self.get("/invite")
        self.post("/invite")
        link = re.search(r"/j/([^<\"]+)<", self.page)
        words = re.search(r'<p class="words"[^>]*>([^<]+)</p>', self.page)
        assert link
        assert words
        return link[1].strip(), words[1]

    def knock(self, link: str, words: str, alias: str, room: str) -> None:
        """Answer an invitation."""
        self.get(f"/j/{link}")
        self.post(
            "/join",
            code=link,
            words=words,
            alias=alias,
            room=room,
            passphrase=PHRASE,
            again=PHRASE,
            languages="ar",
            answers="hello",
        )
        assert "Four words to compare" in self.text(), self.text()

    def _new_joins(self) -> list[str]:
        return [join for join in re.findall(r"/people/join/(\w{16})", self.page) if join not in self.welcomed]

    def let_in(self, alias: str) -> str:
        """Compare, read, and welcome the one who knocks; returns the newcomer's id."""
        self.until("/people/joins", lambda: bool(self._new_joins()))
        join = self._new_joins()[0]
        self.welcomed.add(join)
        self.fill(f"/people/join/{join}/compare")
        self.fill(f"/people/join/{join}/read", advice="yes", reason="")
        self.fill(f"/people/join/{join}/accept", alias=alias, words="welcome")
        assert self.status == 200, self.text()
        return join
