"""The generators whose traces are understood. A new one is a module here and a line in the tuple.

The order is the order of trust: the first parser with an answer wins, unless two are known to
describe one picture together.
"""

from collections.abc import Callable, Sequence

from gallery.metadata.parsers import automatic1111, comfyui
from gallery.metadata.parsers.bounds import fit
from gallery.metadata.parsers.merging import JOINED, merge
from gallery.metadata.records import GenerationParameters, RawRecord

# A parser looks at all records of a file and answers, or None where they are not its own; what is
# wrong with them it says as a problem. It never raises.
Parser = Callable[[Sequence[RawRecord], list[str]], GenerationParameters | None]

PARSERS: tuple[Parser, ...] = (automatic1111.parse, comfyui.parse)


def parse(records: Sequence[RawRecord], problems: list[str]) -> GenerationParameters | None:
    """How the picture was made, as far as any parser knows; None where none does."""
    best = None
    for parser in PARSERS:
        answer = parser(records, problems)
        if answer is None:
            continue
        if best is None:
            best = answer
        elif (best.rule, answer.rule) in JOINED:
            best = merge(best, answer)
    return None if best is None else fit(best, problems)
