"""Reads one model file: its header, a few blocks that tell who it is, and the JSON beside it."""

import os
import uuid
from dataclasses import dataclass, field
from typing import BinaryIO

from dtoolkit.core import paths
from dtoolkit.core.errors import AppError
from gallery.media import fingerprint
from gallery.resources import bases, hashing, headers, infos, kinds, trained
from gallery.resources.told import Told, united
from gallery.resources.walking import Found
from gallery.scanning.opening import open_inside

_MOST_ALIASES = 20


@dataclass(frozen=True, slots=True)
class Reading:
    """`stated_hashes` are what others say; `identity` is None where the file could not be read."""

    kind: str = ""
    base: str = ""
    title: str = ""
    facts: list[list[str]] = field(default_factory=list)
    stated_hashes: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    autov1: str = ""
    identity: uuid.UUID | None = None
    problem: str = ""


def read(folder: str, found: Found, kind: str = "") -> Reading:
    """`folder` in stored form; `kind` where a person said of what kind all in it are."""
    told, problem = _told_beside(folder, found)
    try:
        descriptor, state = open_inside(folder, found.path)
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            return _reading(file, state.st_size, folder, found, kind, told, problem)
    except FileNotFoundError:
        problem = "The file is not there now."
    except OSError as error:
        problem = f"The file cannot be read: {error.strerror or error}."
    except EOFError:
        problem = "The file changed while it was read."
    except AppError as error:
        problem = error.message
    return Reading(kind=kind or kinds.by_path(f"{folder}/{found.path}") or "", problem=problem)


def _reading(
    file: BinaryIO,
    size: int,
    folder: str,
    found: Found,
    kind: str,
    told_beside: list[Told],
    problem: str,
) -> Reading:
    head = _head(file, size)
    header = headers.read(file, size, head)
    told = united([*told_beside, trained.read(header.metadata)])
    by_path = kinds.by_path(f"{folder}/{found.path}")
    if not kind:
        kind = kinds.by_header(header.metadata, header.names) if by_path is None else by_path
    facts = [[label, value] for label, value in told.facts.items()]
    if header.precision:
        facts.append(["Precision", header.precision])
    return Reading(
        kind=kind or (kinds.by_civitai_type(told.type) if by_path is None else ""),
        base=told.base or bases.of(header.metadata, header.names),
        title=told.title,
        facts=facts,
        stated_hashes=list(told.hashes),
        aliases=[alias.casefold() for alias in told.aliases[:_MOST_ALIASES]],
        autov1=hashing.autov1(file, size),
        identity=fingerprint.of(file, size, head=head),
        problem=header.problem or problem,
    )


def _head(file: BinaryIO, size: int) -> bytes:
    wanted = min(size, headers.HEAD_BYTES)
    data = file.read(wanted)
    while len(data) < wanted:
        more = file.read(wanted - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def _told_beside(folder: str, found: Found) -> tuple[list[Told], str]:
    """In order of trust, and what was wrong with one of them."""
    parent, slash, _ = found.path.rpartition("/")
    tellings: list[Told] = []
    problem = ""
    for name in found.infos:
        try:
            descriptor, _ = open_inside(folder, f"{parent}{slash}{name}")
            with os.fdopen(descriptor, "rb") as file:
                data = file.read(infos.MAX_BYTES + 1)
        except (OSError, AppError):
            problem = f"{paths.display(name)} cannot be read."
            continue
        told = infos.tell(data) if len(data) <= infos.MAX_BYTES else None
        if told is None:
            problem = f"{paths.display(name)} says nothing that could be understood."
        else:
            tellings.append(told)
    return tellings, problem
