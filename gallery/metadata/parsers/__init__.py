"""The generators whose traces are understood. A new one is a module here and a line in the tuple.

The order is the order of trust: the first parser with an answer wins, unless two are known to
describe one picture together.
"""

from collections.abc import Callable, Sequence

from gallery.metadata.parsers import automatic1111, comfyui
from gallery.metadata.parsers.bounds import fit
from gallery.metadata.parsers.evidence import Evidence
from gallery.metadata.parsers.merging import JOINED, merge
from gallery.metadata.records import GenerationParameters, RawRecord, Understanding

# A parser looks at all records of a file and answers, or None where they are not its own; what is
# wrong with them it says as a problem. It never raises.
Parser = Callable[[Evidence], GenerationParameters | None]

PARSERS: tuple[Parser, ...] = (automatic1111.parse, comfyui.parse)


def understand(records: Sequence[RawRecord]) -> Understanding:
    """What the records of one file say, as far as any parser knows. Never raises."""
    evidence = Evidence(records)
    return Understanding(parameters=_parameters(evidence), problems=tuple(evidence.problems))


def _parameters(evidence: Evidence) -> GenerationParameters | None:
    best = None
    for parser in PARSERS:
        answer = parser(evidence)
        if answer is None:
            continue
        if best is None:
            best = answer
        elif (best.rule, answer.rule) in JOINED:
            best = merge(best, answer)
    return None if best is None else fit(best, evidence.problems)
