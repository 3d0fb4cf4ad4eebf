"""InvokeAI in its four ages: a command line (`Dream`), `sd-metadata`, `invokeai_metadata`, graphs.

The later tells more, the earlier fills its gaps: old files have two of them, files from the node
editor may have a graph alone.
"""

from dataclasses import replace
from typing import Any

from gallery.metadata.parsers import objects
from gallery.metadata.parsers.evidence import Evidence
from gallery.metadata.parsers.invokeai import dream, graph, modern, sd_metadata
from gallery.metadata.parsers.objects import place
from gallery.metadata.records import GenerationParameters, RawRecord

_METADATA = ("invokeai_metadata", "invokeai")
_SD_METADATA = "sd-metadata"
_DREAM = "Dream"
_GRAPHS = ("invokeai_graph", "invokeai_workflow")
_KEYS = (*_METADATA, _SD_METADATA, _DREAM, *_GRAPHS)
_TEXTS = ("prompt", "negative_prompt", "sampler", "scheduler", "generator_version")
_NUMBERS = ("seed", "steps", "cfg_scale", "denoise", "clip_skip", "width", "height")
# A command asks for these, the metadata beside it tells each with its outcome.
_POSTPROCESSING = (
    "CodeFormer fidelity",
    "Face restoration",
    "Face restoration strength",
    "Upscale",
)


def parse(evidence: Evidence) -> GenerationParameters | None:
    if evidence.first(*_KEYS) is None and not evidence.once(objects.found):
        return None
    answers = [
        answer
        for read in (_modern, _sd_metadata, _dream, _graph)
        if (answer := read(evidence)) is not None
    ]
    if not answers:
        return _unread(evidence)
    best = answers[0]
    for other in answers[1:]:
        best = _filled(best, other)
    return best


def _modern(evidence: Evidence) -> GenerationParameters | None:
    for record, value in _values(evidence, *_METADATA):
        return modern.understand(value, f"{place(record)} holds InvokeAI's metadata.")
    return None


def _sd_metadata(evidence: Evidence) -> GenerationParameters | None:
    for record, value in _values(evidence, _SD_METADATA):
        return sd_metadata.understand(value, f"{place(record)} holds InvokeAI's older metadata.")
    return None


def _dream(evidence: Evidence) -> GenerationParameters | None:
    record = evidence.first(_DREAM)
    if record is None:
        return None
    return dream.understand(record.text, f"{place(record)} holds a command of InvokeAI.")


def _graph(evidence: Evidence) -> GenerationParameters | None:
    for record, value in _values(evidence, *_GRAPHS):
        answer = graph.understand(value, f"{place(record)} holds a graph of InvokeAI.")
        if answer is not None:
            return answer
    return None


def _values(evidence: Evidence, *keys: str) -> list[tuple[RawRecord, dict[str, Any]]]:
    """The JSON objects under these keys, also where another program packed all keys into one."""
    found = []
    for record in evidence.all(*keys):
        value = evidence.json(record.text)
        if isinstance(value, dict):
            found.append((record, value))
        else:
            why = evidence.why_no_json(record.text) or "it is no JSON object"
            evidence.complain(f"InvokeAI's {record.key} cannot be read: {why}.")
    if not found:
        for record, values in evidence.once(objects.found):
            for key in keys:
                value = values.get(key)
                value = evidence.json(value) if isinstance(value, str) else value
                if isinstance(value, dict):
                    found.append((record, value))
    return found


def _unread(evidence: Evidence) -> GenerationParameters | None:
    """InvokeAI's mark on what it says nothing of, as a graph that generates nothing."""
    record = evidence.first(*_METADATA, _SD_METADATA, *_GRAPHS)
    if record is None:
        return None
    return GenerationParameters(
        generator="invokeai", rule="invokeai", reason=f"{place(record)} is a key of InvokeAI."
    )


def _filled(best: GenerationParameters, other: GenerationParameters) -> GenerationParameters:
    changes: dict[str, Any] = {}
    for name in _TEXTS:
        if not getattr(best, name):
            changes[name] = getattr(other, name)
    if best.prompt or best.seed is not None:
        # A negative prompt that is empty is one that was left empty.
        changes.pop("negative_prompt", None)
    for name in _NUMBERS:
        if getattr(best, name) is None:
            changes[name] = getattr(other, name)
    for name in ("resources", "sources"):
        if not getattr(best, name):
            changes[name] = getattr(other, name)
    if any(getattr(other, name) for name in changes):
        changes["reason"] = f"{best.reason} {other.reason}"
    facts = {**other.facts, **best.facts}
    if "Postprocessing" in best.facts:
        for name in _POSTPROCESSING:
            if name not in best.facts:
                facts.pop(name, None)
    filled = replace(best, facts=facts, **changes)
    return _with_hash(filled)


def _with_hash(answer: GenerationParameters) -> GenerationParameters:
    """`sd-metadata` has the hash of the picture that the command names."""
    facts = dict(answer.facts)
    hash_ = facts.pop(sd_metadata.INIT_HASH, "")
    if not hash_ or not answer.sources or answer.sources[0].kind not in ("img2img", "inpaint"):
        return answer
    first = replace(answer.sources[0], hash=hash_)
    return replace(answer, facts=facts, sources=(first, *answer.sources[1:]))
