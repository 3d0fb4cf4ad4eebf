"""The generators whose traces are understood. A new one is a module here and a line in the tuple.

The order is the order of trust: keys that only one program writes, then marks within a text, then
texts that anybody may write, then graphs, then what only says that a picture was generated. The
first parser with a prompt wins; a text beside a graph is joined with it.
"""

from collections.abc import Callable, Sequence

from gallery.metadata.parsers import (
    automatic1111,
    civitai,
    comfyui,
    draw_things,
    easydiffusion,
    fooocus,
    fooocus_mre,
    huggingface,
    invokeai,
    midjourney,
    novelai,
    objects,
    provenance,
    ruinedfooocus,
    sidecars,
    stability_matrix,
    swarmui,
    tensorart,
    written_words,
)
from gallery.metadata.parsers.bounds import fit
from gallery.metadata.parsers.evidence import Evidence
from gallery.metadata.parsers.merging import BESIDE_A_GRAPH, with_graph
from gallery.metadata.records import GenerationParameters, RawRecord, Understanding
from gallery.metadata.sidecars import is_sidecar

# A parser looks at all records of a file and answers, or None where they are not its own; what is
# wrong with them it says as a problem. It never raises.
Parser = Callable[[Evidence], GenerationParameters | None]

PARSERS: tuple[Parser, ...] = (
    invokeai.parse,
    stability_matrix.parse,
    tensorart.parse,
    fooocus.parse,
    novelai.parse,
    draw_things.parse,
    easydiffusion.parse,
    swarmui.parse,
    ruinedfooocus.parse,
    fooocus_mre.parse,
    huggingface.parse,
    civitai.parse,
    automatic1111.parse,
    comfyui.parse,
    midjourney.parse,
    automatic1111.parse_extras,
    provenance.parse,
)

# Most files have one of these sets of keys and no JSON but graphs. No other parser than these finds
# anything in them, which saves asking a dozen.
_SHORTCUTS: dict[frozenset[str], tuple[Parser, ...]] = {
    frozenset(("parameters",)): (fooocus.parse, automatic1111.parse),
    frozenset(("UserComment",)): (fooocus.parse, automatic1111.parse),
    frozenset(("prompt", "workflow")): (comfyui.parse,),
    frozenset(("prompt",)): (comfyui.parse,),
}


def understand(records: Sequence[RawRecord], *, with_workflow: bool = True) -> Understanding:
    """What the records of one file say, as far as any parser knows. Never raises.

    Without the workflow, which only searches need, graphs take two thirds of the time.
    """
    trace = comfyui.workflow if with_workflow else _no_workflow
    beside = [record for record in records if is_sidecar(record)]
    own = [record for record in records if not is_sidecar(record)] if beside else records
    own = written_words.left_out(own)
    evidence = Evidence(own)
    found = Understanding(
        parameters=_parameters(evidence),
        workflow=trace(evidence),
        problems=tuple(evidence.problems),
    )
    if beside:
        found = sidecars.join(found, beside, _parameters, trace)
    return fit(found)


def _no_workflow(evidence: Evidence) -> None:
    return None


def _parameters(evidence: Evidence) -> GenerationParameters | None:
    shortcut = _SHORTCUTS.get(evidence.keys)
    if shortcut and not evidence.once(objects.found):
        answer = _first(evidence, shortcut)
        if answer is not None and answer.prompt:
            return answer
    return _first(evidence, PARSERS)


def _first(evidence: Evidence, asked: Sequence[Parser]) -> GenerationParameters | None:
    """The first answer that has a prompt, else the first at all."""
    best = None
    for parser in asked:
        answer = parser(evidence)
        if answer is None:
            continue
        if answer.rule in BESIDE_A_GRAPH and (graph := comfyui.parse(evidence)) is not None:
            return with_graph(answer, graph)
        if answer.prompt:
            return answer
        best = best or answer
    return best
