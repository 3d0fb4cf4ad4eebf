"""Where weights are looked for, and what was found: a person's choice goes before all else, then
the program's own folder, ComfyUI's, and the hub's cache."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from dtoolkit.core.errors import BadInput, NotFound
from dtoolkit.inference import specs
from dtoolkit.inference.errors import InferenceError, WeightsMissing
from dtoolkit.inference.specs import Spec
from embeddings.models import Weights
from embeddings.services import comfyui_paths, identity


@dataclass(frozen=True, slots=True)
class Place:
    """`what` says in words whose it is. With a `problem` nothing is there to be used: it says why
    other places could not be looked at."""

    path: Path
    what: str
    source: str
    problem: str = ""


def own_folder(spec: Spec) -> Path:
    """Where downloads go, and where a person may put a copy."""
    return Path(settings.ENV.models) / spec.key


def places(spec: Spec) -> Iterator[Place]:
    """All that are looked at, in order, whether something is there or not."""
    folder = own_folder(spec)
    yield Place(folder if spec.is_folder else folder / spec.source.file, "ours", "folder")
    for name in spec.names:
        yield Place(Path(settings.ENV.models) / name, "ours", "folder")
    if settings.ENV.comfyui_models:
        yield from _in_comfyui(spec, settings.ENV.comfyui_models)
    snapshot = _hub_cache() / f"models--{spec.source.repository.replace('/', '--')}" / "snapshots"
    path = snapshot / spec.source.revision
    yield Place(path if spec.is_folder else path / spec.source.file, "the hub's cache", "hub")


def refresh() -> None:
    """Look again for all networks. A person's choice is only checked."""
    for spec in specs.every().values():
        known = Weights.objects.filter(network=spec.key).first()
        if known and known.source == Weights.Source.PERSON:
            _note(spec, Path(known.path), known.source)
        else:
            _find(spec, places(spec), known)


def scan(folder: Path) -> list[str]:
    """Register what a models folder of ComfyUI, or any folder, holds of the networks that are
    missing; their keys. Raises `NotFound`."""
    if not folder.is_dir():
        raise NotFound(f"There is no folder {folder}.")
    found = []
    for spec in specs.every().values():
        known = Weights.objects.filter(network=spec.key, problem="").first()
        here = [*_in_comfyui(spec, folder), *_directly_in(spec, folder)]
        if known is None and _find(spec, here, None, Weights.Source.PERSON):
            found.append(spec.key)
    return found


def use(key: str, path: Path) -> Weights:
    """A person's own weights. Raises `NotFound` for a key that no network has, `BadInput` where
    these weights cannot be its; what was used before then stays."""
    if key not in specs.every():
        raise NotFound(f"There is no network {key}. There are: {', '.join(specs.every())}.")
    spec = specs.get(key)
    path = path.expanduser().absolute()
    try:
        identity.check(spec, path)
    except InferenceError as error:
        raise BadInput(str(error)) from error
    return _note(spec, path, Weights.Source.PERSON)


def forget(key: str) -> None:
    """Take a person's choice back and look in the usual places."""
    Weights.objects.filter(network=key).delete()
    refresh()


def _find(
    spec: Spec, looked_at: "Iterator[Place] | list[Place]", known: Weights | None, source: str = ""
) -> bool:
    """The first place whose weights can be used, else the first that has any, with its problem."""
    unusable: Place | None = None
    for place in looked_at:
        if place.problem or not _is_there(place.path):
            continue
        try:
            identity.check(spec, place.path)
        except WeightsMissing:
            continue
        except InferenceError:
            unusable = unusable or place
            continue
        _note(spec, place.path, source or place.source)
        return True
    if unusable:
        _note(spec, unusable.path, source or unusable.source)
    elif known:
        known.delete()
    return False


def _note(spec: Spec, path: Path, source: str) -> Weights:
    """Written only where it changes: others listen."""
    known = Weights.objects.filter(network=spec.key).first()
    key, problem = known.model_key if known else "", ""
    try:
        identity.check(spec, path)
        key = identity.model_key(spec, path)
    except InferenceError as error:
        problem = str(error)
    told = {"path": str(path), "source": source, "model_key": key, "problem": problem}
    if known and all(getattr(known, name) == value for name, value in told.items()):
        return known
    # Several processes look at once.
    row, _ = Weights.objects.update_or_create(
        network=spec.key, defaults={**told, "checked_at": timezone.now()}
    )
    return row


def _is_there(path: Path) -> bool:
    """What cannot be looked at, in a folder that is closed to us, say, is not."""
    try:
        return path.exists()
    except OSError:
        return False


def _in_comfyui(spec: Spec, folder: Path) -> Iterator[Place]:
    extra = comfyui_paths.beside(folder)
    own = [folder / name for name in comfyui_paths.FOLDERS]
    for models in dict.fromkeys([*own, *extra.folders]):
        for file in spec.names:
            yield Place(models / file, "ComfyUI's models", "folder")
    if extra.problem:
        yield Place(extra.file, "ComfyUI's models", "folder", extra.problem)


def _directly_in(spec: Spec, folder: Path) -> Iterator[Place]:
    for name in (*spec.names, spec.key):
        yield Place(folder / name, str(folder), "folder")


def _hub_cache() -> Path:
    if given := os.environ.get("HF_HUB_CACHE"):
        return Path(given)
    home = os.environ.get("HF_HOME") or Path.home() / ".cache" / "huggingface"
    return Path(home) / "hub"
