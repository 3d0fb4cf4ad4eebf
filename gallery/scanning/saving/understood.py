"""What the parsers understood of images, saved the same way after reading a file and after parsing
stored records again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gallery.metadata import GenerationParameters, Understanding
from gallery.scanning import cleaning
from gallery.scanning.saving import prompts, resources, sources, tags, workflows
from gallery.scanning.saving.copying import int_array

# The columns of `Image` that `References.columns` fills, and their types.
COLUMNS = {
    "generator": "text",
    "prompt_id": "bigint",
    "negative_prompt_id": "bigint",
    "checkpoint_id": "bigint",
    "seed": "numeric",
    "steps": "int",
    "cfg_scale": "float8",
    "sampler": "text",
    "scheduler": "text",
    "denoise": "float8",
    "clip_skip": "int2",
    "workflow_id": "bigint",
}
_NOTHING_MADE = ("", None, None, None, None, None, None, "", "", None, None)
_FORGET = """
WITH uses AS (DELETE FROM gallery_imageresource WHERE image_id = ANY(%(ids)s::bigint[])),
    sources AS (DELETE FROM gallery_imagesource WHERE image_id = ANY(%(ids)s::bigint[])),
    nodes AS (DELETE FROM gallery_imagenodes WHERE image_id = ANY(%(ids)s::bigint[])),
    tags AS (
        DELETE FROM gallery_imagetag
        WHERE image_id = ANY(%(ids)s::bigint[]) AND source = %(source)s)
DELETE FROM gallery_caption WHERE image_id = ANY(%(ids)s::bigint[]) AND source = %(source)s
"""


@dataclass(frozen=True, slots=True)
class References:
    """Ids of what the rows point to, by what was read."""

    prompts: Mapping[str, int | None]
    resources: Mapping[resources.Key, int]
    workflows: Mapping[str, int]

    def columns(self, understanding: Understanding | None) -> tuple[Any, ...]:
        """The values of `COLUMNS`; all empty for None."""
        if understanding is None:
            return (*_NOTHING_MADE, None)
        workflow = understanding.workflow
        workflow_id = self.workflows[workflow.fingerprint.hex] if workflow else None
        made = understanding.parameters
        if made is None:
            return (*_NOTHING_MADE, workflow_id)
        return (
            cleaning.name(made.generator),
            self.prompts[made.prompt],
            self.prompts[made.negative_prompt],
            resources.checkpoint(made, self.resources),
            cleaning.seed(made.seed),
            cleaning.count(made.steps),
            cleaning.finite(made.cfg_scale),
            cleaning.name(made.sampler),
            cleaning.name(made.scheduler),
            cleaning.finite(made.denoise),
            cleaning.small(made.clip_skip),
            workflow_id,
        )


def save(
    cursor: Any, understood: Mapping[int, Understanding], known: list[int] | None = None
) -> References:
    """All that lies beside the rows of `Image`, by image id; what to write into these is returned.

    `known` are the images of which something may be stored already: it is replaced.
    """
    if known:
        cursor.execute(_FORGET, {"ids": int_array(known), "source": tags.SOURCE})
    made: dict[int, GenerationParameters] = {}
    graphs = {}
    for image_id, each in understood.items():
        if each.parameters is not None:
            made[image_id] = each.parameters
        if each.workflow is not None:
            graphs[image_id] = each.workflow
    references = References(
        prompts.ids(cursor, made.values()),
        resources.ids(cursor, made.values()),
        workflows.ids(cursor, graphs.values()),
    )
    resources.save_uses(cursor, made, references.resources)
    sources.save(cursor, made)
    workflows.save_nodes(cursor, graphs)
    tags.save(cursor, understood)
    return references
