"""Run the command line with ``python -m nasij``."""

from nasij.cli import main

main()
