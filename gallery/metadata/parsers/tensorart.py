"""Tensor.Art: `generation_data`, JSON padded with NULs, beside the graph that its workers ran.

The seed there is -1 where the person left it to chance: the true one is only in the graph.
"""

from gallery.metadata.parsers import samplers
from gallery.metadata.parsers.evidence import Evidence
from gallery.metadata.parsers.fields import Fields
from gallery.metadata.parsers.objects import place
from gallery.metadata.parsers.uses import Uses
from gallery.metadata.records import GenerationParameters, ResourceUse

_KEY = "generation_data"
_KINDS = {
    "base_model": "checkpoint",
    "checkpoint": "checkpoint",
    "lora": "lora",
    "locon": "lora",
    "lycoris": "lora",
    "textual_inversion": "embedding",
    "embedding": "embedding",
    "vae": "vae",
    "controlnet": "controlnet",
}
_NAMES = {
    "etaNoiseSeedDelta": "ENSD",
    "imageCount": "Images",
    "workEngine": "Engine",
}


def parse(evidence: Evidence) -> GenerationParameters | None:
    record = evidence.first(_KEY)
    if record is None:
        return None
    values = evidence.json(record.text)
    if not isinstance(values, dict):
        if reason := evidence.why_no_json(record.text):
            evidence.complain(f"Tensor.Art's {_KEY} cannot be read: {reason}.")
        return None
    fields = Fields(values)
    sampler, scheduler = samplers.split(
        fields.text("samplerName", "sampler"), fields.text("scheduler", "schedulerName")
    )
    width, height = fields.sides()
    seed = fields.seed("seed")
    fields.drop("seed")
    return GenerationParameters(
        generator="tensorart",
        rule="tensorart",
        reason=f"{place(record)} holds what Tensor.Art was asked for.",
        prompt=fields.text("prompt"),
        negative_prompt=fields.text("negativePrompt"),
        seed=seed,
        steps=fields.whole("steps"),
        cfg_scale=fields.number("cfgScale"),
        sampler=sampler,
        scheduler=scheduler,
        denoise=fields.number("denoisingStrength"),
        clip_skip=fields.whole("clipSkip", maximum=100),
        width=width,
        height=height,
        resources=_resources(fields),
        facts=fields.facts(_NAMES),
    )


def _resources(fields: Fields) -> tuple[ResourceUse, ...]:
    uses = Uses()
    base = fields.object("baseModel")
    uses.add("checkpoint", _name(base), hash=base.text("hash"))
    for model in fields.objects("models"):
        kind = _KINDS.get(model.text("type").lower(), "")
        if kind:
            uses.add(kind, _name(model), model.number("weight"), hash=model.text("hash"))
    vae = fields.text("sdVae", "vae")
    if vae not in ("Automatic", "None"):
        uses.add("vae", vae)
    return uses.all()


def _name(model: Fields) -> str:
    return model.text("modelFileName", "modelName", "label", "name")
