"""The parts of the documentation that are made from the code: `python -m nasij.handbook` writes them, a test compares."""

import re
import sys
from pathlib import Path

from nasij import errors
from nasij.areas import AREAS
from nasij.errors import Nasij
from nasij.gate import all_areas
from nasij.kit.area import Area, FactLine
from nasij.kit.steps import Steps

BEGIN, END = "<!-- made from the code: nasij.handbook -->", "<!-- end -->"


def _sentence(line: FactLine) -> str:
    return (line.cls.__doc__ or "").strip().splitlines()[0]


def facts_table() -> str:
    """Return every fact of every area: what it says, who says it, who reads it."""
    parts = []
    for area in all_areas().areas:
        parts.append(
            f"\n### {area.title} (`{area.name}`)\n\n| Fact | What it says | Said by | Read by |\n|---|---|---|---|"
        )
        parts += [
            f"| `{line.cls.__name__}` | {_sentence(line)} | {line.said_by.name} | {line.read_by.name} |"
            for line in area.facts
        ]
        if area.tables:
            parts.append("\nTables: " + ", ".join(f"`{table.name}`" for table in area.tables) + ".")
    return "\n".join(parts) + "\n"


def drawing(area: Area, steps: Steps) -> str:
    """Return a state machine as a Mermaid drawing with its labels."""
    lines = [f"# {steps.table} ({area.name})", "", "```mermaid", "stateDiagram-v2"]
    lines += [f"    [*] --> {state}" for state in steps.first]
    for state, moves in steps.moves.items():
        lines += [f"    {state} --> {to}: {fact}" for fact, to in moves.items()]
    lines += [f"    {state} --> [*]" for state in sorted(steps.ends())]
    lines += ["```", "", "| State | On screen |", "|---|---|"]
    lines += [f"| {state} | {label} |" for state, label in steps.labels.items()]
    return "\n".join(lines) + "\n"


def errors_page() -> str:
    """Return the page of all errors: the sentence and what one can do."""
    lines = [
        "# Errors",
        "",
        "Each error is a sentence for the member. Made from `src/nasij/errors.py`.",
        "",
        "| Error | Sentence | What to do |",
        "|---|---|---|",
    ]
    for value in vars(errors).values():
        if isinstance(value, type) and issubclass(value, Nasij) and value is not Nasij:
            lines.append(
                f"| `{value.__name__}` | {(value.__doc__ or '').strip().splitlines()[0]} | {value.advice or '–'} |"
            )
    return "\n".join(lines) + "\n"


def pages(root: Path) -> dict[Path, str]:
    """Return every generated file with its text; of the glossary, only the part between the marks is replaced."""
    found = {root / "docs" / "errors.md": errors_page()}
    for area in AREAS:
        for steps in area.steps:
            found[root / "docs" / "states" / f"{area.name}-{steps.table}.md"] = drawing(area, steps)
    glossary = root / "GLOSSARY.md"
    text = glossary.read_text()
    found[glossary] = re.sub(
        f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: f"{BEGIN}\n{facts_table()}\n{END}", text, flags=re.DOTALL
    )
    return found


def write(root: Path) -> None:
    """Write them."""
    for path, text in pages(root).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
