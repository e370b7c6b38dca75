"""The shape of the code: who imports whom, how long things are, and what they are called."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SRC = ROOT / "src" / "nasij"
MODULES = sorted(SRC.rglob("*.py"))
ROOTS = {"errors", "ids", "clock", "encoding", "text", "line", "settings", ""}
COMPOSITION = {
    "app",
    "cli",
    "gate",
    "resident",
    "joining",
    "pages",
    "archive",
    "sample",
    "bench",
    "doctor",
    "handbook",
    "bringing",
    "lessons",
    "reports",
    "exposure",
    "taken",
    "finding",
    "books",
    "hsds",
    "directory_files",
    "frozen",
    "returning",
    "ballots",
    "away",
    "locking",
    "sealing",
    "safekeeping",
    "watching",
    "__main__",
}
LIBRARIES = {
    "cryptography",
    "starlette",
    "uvicorn",
    "uvloop",
    "httptools",
    "jinja2",
    "markupsafe",
    "babel",
    "msgspec",
    "python_multipart",
    "python_calamine",
    "PIL",
    "segno",
    "shamir_mnemonic",
    "typer",
    "zxcvbn",
    "click",
    "rich",
}

# Package: the packages of ours it may import, and the libraries.
MAY_IMPORT = {
    "kit": (ROOTS | {"kit"}, {"dateutil"}),
    "seal": (ROOTS | {"seal"}, {"cryptography", "shamir_mnemonic", "zxcvbn"}),
    "log": (ROOTS | {"seal", "log"}, set()),
    "hub": (ROOTS | {"hub"}, {"starlette", "uvicorn"}),
    "sync": (ROOTS | {"seal", "log", "sync", "hub.wire"}, set()),
    "node": (ROOTS | {"kit", "seal", "log", "node"}, set()),
    "web": (ROOTS | {"kit", "node", "web"}, LIBRARIES - {"cryptography", "shamir_mnemonic", "typer", "zxcvbn"}),
    "areas": (ROOTS | {"kit", "areas"}, set()),
}
AREA_LIBRARY = {
    "__future__",
    "collections",
    "dataclasses",
    "datetime",
    "enum",
    "functools",
    "itertools",
    "re",
    "sqlite3",
    "typing",
}
FORBIDDEN = {
    "util",
    "utils",
    "common",
    "core",
    "base",
    "helper",
    "helpers",
    "misc",
    "manager",
    "service",
    "handler",
    "processor",
    "controller",
    "data",
    "info",
    "obj",
    "do",
}
STANDARD = set(sys.stdlib_module_names)


def imports(path: Path) -> set[str]:
    """Return the full names of what a module imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written out"
            found.add(node.module or "")
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def package(path: Path) -> str:
    parts = path.relative_to(SRC).with_suffix("").parts
    return parts[0]


def breaches(path: Path) -> list[str]:
    """Return what a module imports beyond its table row."""
    place = package(path)
    if place in COMPOSITION or place == "__init__":
        return []
    ours, libraries = MAY_IMPORT.get(place, (ROOTS, {"msgspec"} if place == "encoding" else set()))
    wrong = []
    for name in imports(path):
        top = name.split(".")[0]
        if top == "nasij":
            inner = name.removeprefix("nasij").removeprefix(".")
            if not any(inner == o or inner.startswith(o + ".") for o in ours if o) and inner.split(".")[0] not in {
                "__version__",
                "",
            }:
                wrong.append(name)
        elif (top not in STANDARD and top not in libraries) or (place == "areas" and top not in AREA_LIBRARY):
            wrong.append(name)
    return wrong


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SRC)))
def test_a_module_imports_only_what_its_package_may(path: Path) -> None:
    assert breaches(path) == []


def test_planted_breaches_are_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table must be able to fail."""
    monkeypatch.setitem(globals(), "SRC", tmp_path)
    plants = {
        "hub/spy.py": "from nasij.seal import primitives",
        "areas/leak.py": "import socket",
        "areas/page.py": "from nasij.web import server",
        "web/key.py": "from cryptography.hazmat.primitives import hashes",
        "sync/past.py": "from nasij.hub import shelf",
        "kit/disk.py": "from nasij.node import room",
    }
    for name, text in plants.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
        assert breaches(tmp_path / name), name


def test_areas_import_only_fact_classes_of_areas_they_need() -> None:
    from nasij.areas import AREAS

    needs = {area.name: set(area.needs) for area in AREAS}
    for path in sorted((SRC / "areas").rglob("*.py")):
        mine = path.relative_to(SRC / "areas").with_suffix("").parts[0]
        for name in imports(path):
            found = re.match(r"nasij\.areas\.(\w+)$", name)
            if mine == "__init__" or found is None or found[1] == mine:
                assert (
                    not re.match(r"nasij\.areas\.(\w+)\.(facts|folds|rules|pages|acts|tables)", name)
                    or f".{mine}." in name
                ), (path, name)
                continue
            assert found[1] in needs.get(mine, set()), (path, name)


def test_there_are_no_import_rings() -> None:
    """A module never imports, at its top, something that imports it."""
    graph: dict[str, set[str]] = {}
    names = {
        ".".join(("nasij", *p.relative_to(SRC).with_suffix("").parts)).removesuffix(".__init__"): p for p in MODULES
    }
    for name, path in names.items():
        tops: set[str] = set()
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.Import):
                tops |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                inner = {f"{node.module}.{alias.name}" for alias in node.names} & set(names)
                tops |= inner or {node.module or ""}
        graph[name] = tops & set(names) - {name}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail[trail.index(name) :], name))
        if name not in done:
            for inner in sorted(graph[name]):
                visit(inner, (*trail, name))
            done.add(name)

    for name in graph:
        visit(name, ())


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SRC)))
def test_modules_and_functions_are_short(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= 600
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno < 60, f"{node.name} has {node.end_lineno - node.lineno + 1} lines"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SRC)))
def test_names_say_something(path: Path) -> None:
    names = [path.stem]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.append(node.name)
    for name in names:
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().strip("_").split("_")
        assert not FORBIDDEN & set(words), name


def test_no_word_waits_for_later() -> None:
    for path in MODULES:
        assert not re.search(r"\b(TODO|FIXME|XXX)\b", path.read_text()), path


def test_every_area_has_its_test_and_its_arabic() -> None:
    for path in sorted((SRC / "areas").iterdir()):
        name = path.stem
        if name.startswith("_"):
            continue
        assert (ROOT / "tests" / "areas" / f"test_{name}.py").exists(), name
        assert (SRC / "locale" / "ar" / f"{name}.po").exists(), name


def test_templates_hold_no_script_and_no_unescaped_text() -> None:
    for path in (SRC / "templates").rglob("*.html"):
        text = path.read_text()
        for forbidden in (
            "<script",
            "|safe",
            "| safe",
            "onclick",
            "javascript:",
            "<svg",
            " style=",
            "http://",
            "https://",
            "@import",
        ):
            assert forbidden not in text, (path.name, forbidden)


def test_no_path_of_a_machine_and_no_large_file_is_in_the_tree() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    for name in filter(None, listed):
        path = ROOT / name
        if not path.exists():
            continue
        assert path.stat().st_size < 1_000_000, name
        if path.suffix in {".py", ".md", ".html", ".po", ".txt", ".toml", ""}:
            assert str(ROOT.parent) + "/" not in path.read_text(errors="replace"), name


EQUAL_MOST = 5  # so many lines may stand alike in two areas or two templates; what is longer is shared


def said_lines(path: Path) -> list[tuple[int, str]]:
    """Return the lines of a file that say something, with their numbers: not blank, not punctuation alone, no import."""
    text, skipped = path.read_text(), set[int]()
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import | ast.ImportFrom):
                skipped |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    numbered = enumerate(text.split("\n"), 1)
    return [(n, " ".join(line.split())) for n, line in numbered if n not in skipped and re.search(r"\w", line)]


def equal_runs(places: dict[Path, str]) -> list[str]:
    """Return where more than `EQUAL_MOST` lines after one another stand in two places; `places` names the place of each file."""
    seen: dict[tuple[str, ...], tuple[str, str]] = {}
    found = []
    for path, place in places.items():
        lines = said_lines(path)
        for start in range(len(lines) - EQUAL_MOST):
            run = tuple(text for _, text in lines[start : start + EQUAL_MOST + 1])
            where = f"{path.name}:{lines[start][0]}"
            first, at = seen.setdefault(run, (place, where))
            if first != place:
                found.append(f"{first}/{at} ~ {place}/{where}: {run[0]}")
    return found


def test_no_run_of_six_lines_stands_in_two_areas_or_two_templates() -> None:
    """What two areas say alike goes into `kit`, what two templates say alike into `bits.html`."""
    areas, templates = SRC / "areas", SRC / "templates"
    in_areas = {path: path.relative_to(areas).with_suffix("").parts[0] for path in sorted(areas.rglob("*.py"))}
    in_templates = {path: str(path.relative_to(templates)) for path in sorted(templates.rglob("*.html"))}
    assert equal_runs(in_areas) == []
    assert equal_runs(in_templates) == []


def test_a_planted_run_is_found(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.py").write_text(
            f"from x import {name}\n\n" + "".join(f"v{n} = {n}\n\n" for n in range(EQUAL_MOST + 1))
        )
    found = equal_runs({tmp_path / "one.py": "one", tmp_path / "two.py": "two"})
    assert found == ["one/one.py:3 ~ two/two.py:3: v0 = 0"]
    (tmp_path / "two.py").write_text("v0 = 0\nw = 1\nv1 = 1\nv2 = 2\nv3 = 3\nv4 = 4\n")
    assert equal_runs({tmp_path / "one.py": "one", tmp_path / "two.py": "two"}) == []
