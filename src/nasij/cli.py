"""The command line. `nasij up` is the one that matters; every other command checks, moves or measures."""

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nasij import __version__
from nasij.errors import Nasij
from nasij.line import KEPT_DAYS
from nasij.settings import DEFAULT_PORT, HUB_PORT, Settings

if TYPE_CHECKING:
    from nasij.web.words import Words

PORT_MAX = 65_535

app = typer.Typer(
    help="nasij: software for a support network that stands by its members.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _loopback(host: str) -> str:
    if host not in ("127.0.0.1", "localhost", "::1"):
        raise typer.BadParameter("Only an address of this machine; put an onion service or a proxy before it.")
    return host


def _words() -> "Words":
    """Return the language of the terminal, as its settings name it; English where they name neither of ours."""
    from nasij.web.words import Words

    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return Words("ar" if named.split("_")[0].split(".")[0] == "ar" else "en")


@contextlib.contextmanager
def _said() -> Iterator[None]:
    """Say what does not work in a sentence, in the language of the terminal, and end."""
    try:
        yield
    except Nasij as problem:
        say = _words().gettext
        sentence = say(problem.sentence) % problem.numbers if problem.numbers else say(problem.sentence)
        typer.echo(f"{sentence} {say(problem.advice) if problem.advice else ''}".rstrip(), err=True)
        raise typer.Exit(1) from None


@app.command()
def up(
    port: Annotated[
        int, typer.Option(help="Port of the pages; 0 for any free one.", min=0, max=PORT_MAX)
    ] = DEFAULT_PORT,
    host: Annotated[str, typer.Option(callback=_loopback, help="Address of this machine.")] = "127.0.0.1",
    hub: Annotated[str, typer.Option(help="Another hub's address, such as http://127.0.0.1:8421.")] = "",
    hub_port: Annotated[
        int, typer.Option(help="Also offer the hub at this port, for other houses.", min=0, max=PORT_MAX)
    ] = 0,
    secure: Annotated[bool, typer.Option(help="The pages are reached over HTTPS.")] = False,
    shared: Annotated[bool, typer.Option(help="Other people than whoever sits here use this house.")] = False,
) -> None:
    """Start a house, and a hub beside it unless another is named."""
    from nasij.app import Plan
    from nasij.app import up as run
    from nasij.doctor import harden

    harden()
    plan = Plan(Settings.read(), host, port, hub, hub_port, secure=secure, own_house=not shared)
    with _said():
        run(plan, lambda address: print(address, flush=True))


@app.command()
def hub(
    port: Annotated[int, typer.Option(help="Port on this machine.", min=1, max=PORT_MAX)] = HUB_PORT,
    days: Annotated[int, typer.Option(help="Days that entries are kept.", min=8, max=365)] = KEPT_DAYS,
) -> None:
    """Run a hub alone, for houses elsewhere. It can open nothing."""
    from nasij.app import bind, run_hub, take_folder
    from nasij.doctor import harden

    harden()
    settings = Settings.read()
    with _said():
        held = take_folder(settings, "hub")
        bind("127.0.0.1", port).close()
    print(f"http://127.0.0.1:{port}", flush=True)
    run_hub(settings, "", port, window_days=days)
    for descriptor in held:
        os.close(descriptor)


@app.command()
def doctor(as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False) -> None:
    """Look whether this machine keeps what it should keep."""
    from nasij.doctor import examine

    findings = examine(Settings.read().home)
    if as_json:
        print(
            json.dumps({f.name: {"ok": f.ok, "sentence": f.sentence, "advice": f.advice} for f in findings}, indent=1)
        )
    else:
        say = _words().gettext
        for finding in findings:
            sign = {True: "ok  ", False: "NO  ", None: "?   "}[finding.ok]
            print(
                f"{sign}{say(finding.sentence)}"
                + (f"\n      {say(finding.advice)}" if finding.advice and not finding.ok else "")
            )
    raise typer.Exit(1 if any(f.ok is False for f in findings) else 0)


@app.command()
def unseal(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The sealed archive.")],
) -> None:
    """Write what a sealed archive holds to the terminal, as JSON. The passphrase is asked for."""
    from nasij.archive import open_archive

    try:
        found = open_archive(file.read_bytes(), typer.prompt("Passphrase", hide_input=True, err=True))
    except Nasij:
        typer.echo("This passphrase does not open this file.", err=True)
        raise typer.Exit(1) from None
    json.dump(found, sys.stdout, ensure_ascii=False, indent=1)


@app.command()
def demo(
    port: Annotated[
        int, typer.Option(help="Port of the pages; 0 for any free one.", min=0, max=PORT_MAX)
    ] = DEFAULT_PORT,
) -> None:
    """Make the sample network if it is not there, then start a house to look around in it."""
    from nasij.app import take_folder
    from nasij.sample import make

    settings = Settings.read()
    with _said():
        for descriptor in take_folder(settings, "house", "hub"):
            os.close(descriptor)  # the house takes it again; that it can is known before the long work
    make(settings, lambda done, of: print(f"\r{done * 100 // of} %", end="", file=sys.stderr, flush=True))
    print(file=sys.stderr)
    up(port=port)


@app.command()
def bench(as_json: Annotated[bool, typer.Option("--json", help="One object, for scripts.")] = False) -> None:
    """Measure, each figure beside its physical bound in the same run."""
    from nasij.bench import run

    found = run()
    if as_json:
        print(json.dumps(found, indent=1))
        return
    for name, row in found.items():
        met = {True: "met", False: "not met", None: ""}[row["met"]]
        aim = f", aim {row['aim']}" if row["aim"] is not None else ""
        print(f"{name:44} {row['value']:>14.3f} {row['unit']:10} x{row['ratio']:.2f} of bound{aim} {met}".rstrip())


@app.command()
def version() -> None:
    """Print the version."""
    print(__version__)


def main() -> None:
    """Run the command line."""
    app()
