"""What the files beside an image say: parameters in whatever form, tags, or a caption.

Each is asked alone, by the same parsers as a file's own texts. It fills what the file itself leaves
open and never replaces it.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import islice

from gallery.metadata.parsers.evidence import Evidence
from gallery.metadata.parsers.merging import fill
from gallery.metadata.parsers.sidecars import json_sidecars, text_sidecars, xmp_sidecars
from gallery.metadata.parsers.sidecars.told import Told
from gallery.metadata.records import (
    GenerationParameters,
    RawRecord,
    TagUse,
    Understanding,
    Workflow,
)

Parse = Callable[[Evidence], GenerationParameters | None]
Trace = Callable[[Evidence], Workflow | None]
_LIMIT = 50
_JSON = ("json", "swarm.json", "metadata.js")


def join(
    own: Understanding, records: Iterable[RawRecord], parse: Parse, trace: Trace
) -> Understanding:
    """`own` is what the file says; `parse` and `trace` are the parsers for its texts."""
    parameters, workflow = own.parameters, own.workflow
    tags: tuple[TagUse, ...] = own.tags
    caption = own.caption
    problems = list(own.problems)
    for record in islice(records, _LIMIT):
        told = _told(record)
        evidence = Evidence(told.records)
        answer = parse(evidence)
        if answer is None or told.parameters is not None:
            tags = tags or told.tags
            caption = caption or told.caption
        if told.parameters is not None:
            answer = told.parameters if answer is None else fill(told.parameters, answer)
        if answer is not None:
            parameters = _joined(parameters, _named(answer, record))
        workflow = workflow or trace(evidence)
        problems += (f"{record.key}: {each}" for each in (*told.problems, *evidence.problems))
    return Understanding(parameters, workflow, tags, caption, tuple(dict.fromkeys(problems)))


def _told(record: RawRecord) -> Told:
    kind = record.container.partition(":")[2]
    if kind in _JSON:
        return json_sidecars.read(record)
    if kind == "xmp":
        return xmp_sidecars.read(record)
    return text_sidecars.read(record)


def _named(answer: GenerationParameters, record: RawRecord) -> GenerationParameters:
    """The reason names the file, since it is not the image itself that says so."""
    reason = f"The sidecar {record.key}: {answer.reason}"
    return replace(answer, rule=f"sidecar:{answer.rule}", reason=reason)


def _joined(own: GenerationParameters | None, beside: GenerationParameters) -> GenerationParameters:
    if own is None:
        return beside
    if own.prompt or not beside.prompt:
        return fill(own, beside)
    # A file without a prompt may still say who made it.
    return replace(fill(beside, own), generator=own.generator or beside.generator)
