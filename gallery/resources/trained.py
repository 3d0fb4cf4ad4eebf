"""What trainers and others write into the header of a model file."""

import re
from collections.abc import Mapping

import orjson

from gallery.resources import infos
from gallery.resources.told import Told, a_dict, facts, hash_of, text, words

_MOST_TAG_CHARS = 4_000_000


def read(metadata: Mapping[str, str]) -> Told:
    spec = infos.model_spec({**metadata})
    own = facts(
        trained_on=metadata.get("ss_sd_model_name"),
        network=_network(metadata),
        resolution=_resolution(metadata.get("ss_resolution", "")),
        tags=_top_tags(metadata.get("ss_tag_frequency", "")),
        author=metadata.get("general.author"),
        license=metadata.get("general.license"),
    )
    name = text(metadata.get("ss_output_name"))
    stated = (metadata.get("sshs_model_hash"), metadata.get("sshs_legacy_hash"))
    return Told(
        spec.title or text(metadata.get("general.name")),
        facts={**own, **spec.facts},
        hashes=[*spec.hashes, *filter(None, map(hash_of, stated))],
        aliases=[name] if name else (),
    )


def _network(metadata: Mapping[str, str]) -> str:
    parts = [
        text(metadata.get("ss_network_module")).rpartition(".")[2],
        *(
            f"{label} {value}"
            for key, label in (("ss_network_dim", "dim"), ("ss_network_alpha", "alpha"))
            if (value := text(metadata.get(key))) and value != "None"
        ),
    ]
    return ", ".join(filter(None, parts))


def _resolution(recorded: str) -> str:
    """'1024 x 1024' of '(1024, 1024)'."""
    return " x ".join(re.findall(r"\d{1,6}", recorded[:100])[:2])


def _top_tags(recorded: str) -> str:
    """The most frequent words of the captions it was trained with."""
    if not recorded or len(recorded) > _MOST_TAG_CHARS:
        return ""
    try:
        by_set = orjson.loads(recorded)
    except ValueError:
        return ""
    counts: dict[str, int] = {}
    for tags in a_dict(by_set).values():
        for tag, count in a_dict(tags).items():
            if type(count) is int:
                counts[tag] = counts.get(tag, 0) + count
    top = sorted(counts, key=lambda tag: (-counts[tag], tag))[:20]
    return words([tag.strip() for tag in top])
