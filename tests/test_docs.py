"""The documentation is tested like code."""

import re
from pathlib import Path

import nasij
from nasij import handbook
from nasij.areas import AREAS
from nasij.gate import all_areas
from nasij.kit.who import ROLES
from nasij.seal import labels

ROOT = Path(__file__).parent.parent
SRC = ROOT / "src" / "nasij"
DOCUMENTS = ("README.md", "ARCHITECTURE.md", "GLOSSARY.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE")


def test_what_is_made_from_the_code_is_up_to_date() -> None:
    """`python -m nasij.handbook .` writes it."""
    for path, text in handbook.pages(ROOT).items():
        assert path.read_text() == text, path.name


def test_every_document_is_there() -> None:
    for name in DOCUMENTS:
        assert (ROOT / name).stat().st_size > 500, name


def test_the_glossary_names_everything() -> None:
    glossary = (ROOT / "GLOSSARY.md").read_text()
    for area in all_areas().areas:
        assert f"`{area.name}`" in glossary
        for line in area.facts:
            assert f"`{line.cls.__name__}`" in glossary
        for table in area.tables:
            assert f"`{table.name}`" in glossary
    for role in ROLES:
        assert f"`{role}`" in glossary


def test_every_file_that_a_document_names_exists() -> None:
    for name in ("README.md", "ARCHITECTURE.md", "GLOSSARY.md", "SECURITY.md", "CONTRIBUTING.md"):
        text = (ROOT / name).read_text()
        for found in re.findall(r"`((?:src/nasij/|docs/|tests/)?[a-z_]+(?:/[a-zA-Z_-]+)*\.(?:py|md|html|txt))`", text):
            if "library" in found:  # the area that the recipe makes up
                continue
            there = [ROOT / found, SRC / found, SRC / "templates" / found]
            assert any(path.exists() for path in there), (name, found)
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", text):
            assert (ROOT / target).exists(), (name, target)


def test_every_make_target_and_command_in_the_readme_exists() -> None:
    readme = (ROOT / "README.md").read_text()
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"`?make ([a-z]+)", readme):
        assert f"\n{target}:" in makefile, target
    cli = (SRC / "cli.py").read_text()
    for command in set(re.findall(r"\bnasij ([a-z]+)\b", readme)) - {"is", "and", "protects", "needs"}:
        assert f"def {command}(" in cli, command


def test_the_version_is_the_changelogs() -> None:
    assert f"## [{nasij.__version__}]" in (ROOT / "CHANGELOG.md").read_text()
    assert f'version = "{nasij.__version__}"' in (ROOT / "pyproject.toml").read_text()


def test_architecture_is_read_in_one_sitting() -> None:
    assert len((ROOT / "ARCHITECTURE.md").read_text().splitlines()) < 300


def test_every_area_stands_in_the_architecture() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    for area in AREAS:
        assert f"`{area.name}`" in text


def test_every_dependency_has_its_sentence_and_its_hash() -> None:
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    for line in lines:
        if re.match(r'\s+"[a-z-]+>=', line):
            assert "#" in line, line
    for name in ("requirements.txt", "requirements-dev.txt"):
        blocks = re.split(r"\n(?=[a-z])", (ROOT / name).read_text().strip())
        for block in blocks:
            assert "--hash=sha256:" in block, block.splitlines()[0]


def test_every_drawn_format_has_frozen_vectors_and_every_vector_is_drawn() -> None:
    drawn = (ROOT / "docs/formats/README.md").read_text()
    there = {path.name for path in (ROOT / "tests/vectors").glob("*.txt")}
    for section in drawn.split("\n## ")[1:]:
        assert re.search(r"\(\.\./\.\./tests/vectors/[a-z]+-\d+\.txt\)", section), section.splitlines()[0]
    assert set(re.findall(r"\(\.\./\.\./tests/vectors/([^)]+)\)", drawn)) == there
    loaded = set(re.findall(r'load\("([a-z]+-\d+)"\)', (ROOT / "tests/vectors/test_frozen.py").read_text()))
    assert {f"{name}.txt" for name in loaded} == there
    for name in re.findall(r"`(src/nasij/[a-z_/]+\.py)`", drawn):
        assert (ROOT / name).exists(), name


def test_every_label_stands_in_the_formats() -> None:
    """But for those that no byte is made with yet."""
    drawn = (ROOT / "docs/formats/README.md").read_text()
    code = "".join(path.read_text() for path in SRC.rglob("*.py") if path.name != "labels.py")
    for name, label in vars(labels).items():
        if name.isupper() and f"labels.{name}" in code:
            assert label.decode() in drawn, name
