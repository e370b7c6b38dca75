"""Where things are on this machine, read once at start."""

import contextlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from nasij.errors import DiskFull

DEFAULT_PORT = 8420
HUB_PORT = 8421


@dataclass(frozen=True, slots=True)
class Settings:
    """One frozen value: the data folder, and how strong a passphrase is stretched here."""

    home: Path
    argon_cost: int = 2

    @classmethod
    def read(cls, environment: dict[str, str] | None = None) -> "Settings":
        """Read `NASIJ_HOME`, or choose the user's data folder (XDG Base Directory Specification)."""
        env = dict(os.environ) if environment is None else environment
        data = env.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
        home = Path(env.get("NASIJ_HOME") or Path(data) / "nasij")
        return cls(home, int(env.get("NASIJ_ARGON_COST", "2")))

    @property
    def rooms(self) -> Path:
        """The folder of all rooms of this house."""
        return self.home / "rooms"

    @property
    def shelf(self) -> Path:
        """The hub's store, where the hub runs here."""
        return self.home / "hub" / "shelf.db"

    @property
    def hub_socket(self) -> Path:
        """The hub's socket, where the hub runs here."""
        return self.home / "run" / "hub"

    @property
    def sample(self) -> Path:
        """The folder of the sample network."""
        return self.home / "sample"

    def prepare(self) -> None:
        """Make the folders, readable by this account alone."""
        for folder in (self.home, self.rooms, self.home / "hub", self.home / "run"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)

    def face(self) -> int:
        """Return the number of the face that this house shows to strangers; 1 where no group has chosen one."""
        try:
            return int((self.home / "face").read_text())
        except (OSError, ValueError):
            return 1

    def keep_face(self, number: int) -> None:
        """Keep which face the group of this house chose, so that a locked house shows it too. It is no secret."""
        if number != self.face():
            with contextlib.suppress(OSError):
                (self.home / "face").write_text(str(number))

    def salt(self) -> bytes:
        """Return this house's salt for the names of rooms, made once; raises `DiskFull` where it cannot be kept."""
        path = self.home / "salt"
        with contextlib.suppress(FileNotFoundError):
            if found := path.read_bytes():
                return found
            path.unlink()  # the disk was full when it was to be made: nothing was named with it
        made = path.with_name(f"salt-{secrets.token_hex(8)}")
        try:
            descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_bytes(16))
            _put_first(made, path)
        except OSError:
            raise DiskFull from None
        finally:
            made.unlink(missing_ok=True)
        return path.read_bytes()


def _put_first(made: Path, path: Path) -> None:
    """Give a whole file its name, unless another process was first."""
    try:
        os.link(made, path)
    except FileExistsError:
        return
    except OSError:  # a disk that knows no second names for a file
        made.replace(path)
