"""JSON that tools keep beside model files: Civitai Helper, Stability Matrix, LoRA Manager, SwarmUI,
AUTOMATIC1111."""

from collections.abc import Callable
from typing import Any

import orjson

from gallery.resources.told import Told, a_dict, a_list, aliases, facts, hashes, page, text

MAX_BYTES = 4 * 1024 * 1024


def tell(data: bytes) -> Told | None:
    """What one JSON file says, whichever tool wrote it; None where it is no JSON object."""
    try:
        content = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except ValueError:
        return None
    if not isinstance(content, dict):
        return None
    for is_of, read in _FORMS:
        if is_of(content):
            return read(content)
    return _automatic1111(content)


def _civitai(content: dict[str, Any]) -> Told:
    """A model version as Civitai's API gives it, which Civitai Helper and others keep."""
    model = a_dict(content.get("model"))
    files = [a_dict(each) for each in a_list(content.get("files"))]
    return Told(
        text(model.get("name")) or text(content.get("name")),
        text(content.get("baseModel")),
        text(model.get("type")),
        facts(
            trigger=content.get("trainedWords"),
            version=content.get("name"),
            description=content.get("description") or model.get("description"),
            page=page(content.get("modelId"), content.get("id")),
            nsfw=model.get("nsfw"),
        ),
        # Of several files nobody says which one this is.
        hashes(files[0].get("hashes")) if len(files) == 1 else (),
        aliases(content.get("id")),
    )


def _stability_matrix(content: dict[str, Any]) -> Told:
    return Told(
        text(content.get("UserTitle")) or text(content.get("ModelName")),
        text(content.get("BaseModel")),
        text(content.get("ModelType")),
        facts(
            trigger=content.get("TrainedWords"),
            version=content.get("VersionName"),
            description=content.get("ModelDescription"),
            page=page(content.get("ModelId"), content.get("VersionId")),
            nsfw=content.get("Nsfw"),
            tags=content.get("Tags"),
        ),
        hashes(content.get("Hashes")),
        aliases(content.get("VersionId")),
    )


def _lora_manager(content: dict[str, Any]) -> Told:
    civitai = a_dict(content.get("civitai"))
    return Told(
        text(content.get("model_name")),
        text(content.get("base_model")),
        text(a_dict(civitai.get("model")).get("type")),
        facts(
            trigger=civitai.get("trainedWords"),
            version=civitai.get("name"),
            description=content.get("modelDescription"),
            page=page(civitai.get("modelId"), civitai.get("id")),
            notes=content.get("notes"),
            tags=content.get("tags"),
        ),
        hashes({"sha256": content.get("sha256")}),
        aliases(civitai.get("id")),
    )


def model_spec(content: dict[str, Any]) -> Told:
    """SwarmUI's, which also stands in headers; with or without the prefix of its keys."""

    def of(key: str) -> Any:
        return content.get(f"modelspec.{key}", content.get(key))

    return Told(
        text(of("title")),
        "",
        "",
        facts(
            trigger=of("trigger_phrase"),
            notes=of("usage_hint"),
            description=of("description"),
            author=of("author"),
            license=of("license"),
            date=of("date"),
            resolution=of("resolution"),
            tags=of("tags"),
        ),
        hashes({"modelspec": of("hash_sha256")}),
    )


def _automatic1111(content: dict[str, Any]) -> Told:
    """What a person typed on the card of a LoRA or checkpoint."""
    base = text(content.get("sd version"))
    return Told(
        "",
        "" if base == "Unknown" else base,
        "",
        facts(
            trigger=content.get("activation text"),
            weight=content.get("preferred weight") or None,
            negative=content.get("negative text"),
            notes=content.get("notes"),
            description=content.get("description"),
        ),
    )


_FORMS: tuple[tuple[Callable[[dict[str, Any]], bool], Callable[[dict[str, Any]], Told]], ...] = (
    (lambda it: "VersionId" in it or "FileMetadata" in it, _stability_matrix),
    (lambda it: "model_name" in it, _lora_manager),
    (lambda it: "modelId" in it or isinstance(it.get("files"), list), _civitai),
    (
        lambda it: any(key.startswith("modelspec.") for key in it) or "trigger_phrase" in it,
        model_spec,
    ),
)
