"""Midjourney: a text of prompt, flags and job. `--s` and `--q` are neither steps nor guidance.

The author's name, which some files carry, is nobody's business but the raw record's.
"""

import re
from itertools import islice

from gallery.metadata.parsers.evidence import Evidence
from gallery.metadata.parsers.objects import place
from gallery.metadata.parsers.values import MAX_SEED, clean, whole
from gallery.metadata.records import GenerationParameters, RawRecord, SourceReference

_DESCRIPTIONS = ("Description", "ImageDescription", "dc:description", "description")
_JOB = re.compile(r"\bJob ID:\s{0,8}([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.I)
_FLAG = re.compile(r"(?<!\S)--([a-z]{1,20})(?![\w-])", re.I)
_ADDRESS = re.compile(r"https?://\S{1,1000}")
_IMAGE_ADDRESSES = re.compile(r"(?:https?://\S{1,1000}\s{1,8}){1,20}")
_FLAG_LIMIT = 50
# Flags that name pictures to go by.
_REFERENCES = frozenset(("sref", "cref", "oref"))
_GUID, _TYPE = "Iptc4xmpExt:DigImageGUID", "Iptc4xmpExt:DigitalSourceType"
_TRAINED = "trainedAlgorithmicMedia"


def parse(evidence: Evidence) -> GenerationParameters | None:
    for record in evidence.all(*_DESCRIPTIONS):
        job = _JOB.search(record.text)
        if job is not None:
            return _understand(record, record.text[: job.start()], job[1])
    guid, kind = evidence.first(_GUID), evidence.first(_TYPE)
    if guid is None or kind is None or _TRAINED not in kind.text:
        return None
    return GenerationParameters(
        generator="midjourney",
        rule="midjourney",
        reason="The file's XMP has a job's id and says that a model made the picture.",
        facts={"Job ID": clean(guid.text)},
    )


def _understand(record: RawRecord, text: str, job: str) -> GenerationParameters:
    text = clean(text)
    first = _FLAG.search(text)
    prompt = text[: first.start()].rstrip() if first else text
    flags = _flags(text)
    facts = {"Job ID": job}
    if first:
        facts["Flags"] = text[first.start() :]
    return GenerationParameters(
        generator="midjourney",
        rule="midjourney",
        reason=f"{place(record)} ends with a job of Midjourney.",
        generator_version=_version(flags),
        prompt=prompt,
        negative_prompt=flags.get("no", ""),
        seed=whole(flags.get("seed"), MAX_SEED),
        sources=_sources(prompt, flags),
        facts=facts,
    )


def _flags(text: str) -> dict[str, str]:
    found = list(islice(_FLAG.finditer(text), _FLAG_LIMIT))
    ends = [*(flag.start() for flag in found[1:]), len(text)]
    return {
        flag[1].lower(): text[flag.end() : end].strip()
        for flag, end in zip(found, ends, strict=False)
    }


def _version(flags: dict[str, str]) -> str:
    if "niji" in flags:
        return f"niji {flags['niji']}".rstrip()
    return flags.get("v") or flags.get("version", "")


def _sources(prompt: str, flags: dict[str, str]) -> tuple[SourceReference, ...]:
    """A prompt may begin with the addresses of pictures, and some flags have them."""
    texts = [value for name, value in flags.items() if name in _REFERENCES]
    if leading := _IMAGE_ADDRESSES.match(f"{prompt} "):
        texts.insert(0, leading[0])
    addresses = [address for text in texts for address in _ADDRESS.findall(text)]
    return tuple(SourceReference("reference", address) for address in addresses[:_FLAG_LIMIT])
