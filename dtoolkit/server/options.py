"""The options of `start`, in one place: read before Django, for settings are made from them."""

import argparse
import os

from dtoolkit.env import Env


def add_to(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folders", nargs="*", metavar="FOLDER", help="Folders with your images.")
    for name in ("host", "port", "collection", "workers"):
        parser.add_argument(
            f"--{name}", metavar=name.upper(), help=Env.model_fields[name].description
        )
    parser.add_argument("--no-browser", action="store_true", help="Open no browser tab.")
    parser.add_argument(
        "--only",
        choices=("web", "workers"),
        help="Start one part only, for several machines on one DATABASE_URL.",
    )


def export(arguments: list[str]) -> None:
    """Options win over the environment; `dtoolkit.env` checks their values."""
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    add_to(parser)
    try:
        given, _ = parser.parse_known_args(arguments)
    except argparse.ArgumentError:
        return  # the command's own parser says it
    for name in ("host", "port", "collection", "workers"):
        value = getattr(given, name)
        if value is not None:
            os.environ[f"DTOOLKIT_{name.upper()}"] = value
