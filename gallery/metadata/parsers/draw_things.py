"""Draw Things: JSON in UserComment (JPEG: EXIF, PNG: XMP), and a text form of it as description.

Source: draw-things-community's ImageMetadata; in the text the negative prompt is a line that starts
with a hyphen.
"""

from gallery.metadata.parsers.automatic1111.infotext import pairs_of
from gallery.metadata.parsers.evidence import Evidence
from gallery.metadata.parsers.fields import Fields, label
from gallery.metadata.parsers.objects import place
from gallery.metadata.parsers.uses import Uses
from gallery.metadata.parsers.values import clean
from gallery.metadata.records import GenerationParameters, RawRecord

_NAME = "Draw Things"
_TOOLS = ("Software", "xmp:CreatorTool", "CreatorTool", "tiff:Software")
_COMMENTS = ("UserComment", "exif:UserComment")
_DESCRIPTIONS = ("ImageDescription", "dc:description", "Description")
_LINE_START = "Steps: "
_NAMES = {
    "clip_skip": "Clip skip",
    "mask_blur": "Mask blur",
    "mask_blur_outset": "Mask blur outset",
    "seed_mode": "Seed mode",
    "sharpness": "Sharpness",
    "shift": "Shift",
}
# Of the many settings in `v2`, those that shape a picture and are not said above.
_SETTINGS = (
    "hiresFix",
    "hiresFixWidth",
    "hiresFixHeight",
    "hiresFixStrength",
    "tiledDiffusion",
    "teaCache",
    "guidanceEmbed",
    "speedUpWithGuidanceEmbed",
    "resolutionDependentShift",
    "numFrames",
    "refinerStart",
    "zeroNegativePrompt",
    "t5TextEncoder",
)
_HIRES = ("hiresFixWidth", "hiresFixHeight", "hiresFixStrength")


def parse(evidence: Evidence) -> GenerationParameters | None:
    is_named = any(clean(record.text) == _NAME for record in evidence.all(*_TOOLS))
    for record in evidence.all(*_COMMENTS):
        values = evidence.json(record.text)
        if isinstance(values, dict) and ("c" in values and (is_named or "v2" in values)):
            return _understand(record, Fields(values))
    if is_named:
        for record in evidence.all(*_DESCRIPTIONS):
            if (start := _line(record.text)) is not None:
                return _read_text(record, start)
    return None


def _understand(record: RawRecord, fields: Fields) -> GenerationParameters:
    settings = fields.object("v2")
    width, height = fields.size("size")
    if width is None:
        width, height = settings.sides()
    uses = Uses()
    uses.add("checkpoint", fields.text("model") or settings.text("model"))
    uses.add("checkpoint", settings.text("refinerModel"))
    for lora in (*fields.objects("lora", "loras"), *settings.objects("loras")):
        uses.add("lora", lora.text("file", "model"), lora.number("weight"))
    for control in (*fields.objects("control"), *settings.objects("controls")):
        uses.add("controlnet", control.text("file"), control.number("weight"))
    uses.add("upscaler", fields.text("upscaler") or settings.text("upscaler"))
    fields.drop("profile", "size")
    return GenerationParameters(
        generator="draw_things",
        rule="draw_things",
        reason=f"{place(record)} holds Draw Things' settings.",
        prompt=fields.text("c"),
        negative_prompt=fields.text("uc"),
        seed=fields.seed("seed"),
        steps=fields.whole("steps"),
        cfg_scale=fields.number("scale"),
        sampler=fields.text("sampler"),
        denoise=fields.number("strength"),
        clip_skip=fields.whole("clip_skip", maximum=100),
        width=width,
        height=height,
        resources=uses.all(),
        facts={**fields.facts(_NAMES), **_settings(settings)},
    )


def _settings(settings: Fields) -> dict[str, str]:
    if not settings.left.get("hiresFix"):
        settings.drop(*_HIRES)
    chosen = {key: settings.left[key] for key in _SETTINGS if key in settings.left}
    return {_spaced(name): value for name, value in Fields(chosen).facts().items()}


def _spaced(name: str) -> str:
    """`HiresFixWidth` as words."""
    spaced = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name[1:])
    return name[:1] + spaced


def _line(text: str) -> int | None:
    if text.startswith(_LINE_START):
        return 0
    place = text.rfind(f"\n{_LINE_START}")
    return place + 1 if place >= 0 else None


def _read_text(record: RawRecord, start: int) -> GenerationParameters:
    lines = clean(record.text[:start]).split("\n")
    negative = next((row for row, line in enumerate(lines) if line.startswith("-")), len(lines))
    fields = Fields({key.lower(): value for key, value in pairs_of(record.text[start:]).items()})
    width, height = fields.size("size")
    uses = Uses()
    uses.add("checkpoint", fields.text("model"))
    return GenerationParameters(
        generator="draw_things",
        rule="draw_things",
        reason=f"{place(record)} holds Draw Things' settings as a text.",
        prompt="\n".join(lines[:negative]).strip(),
        negative_prompt="\n".join(lines[negative:])[1:].strip(),
        seed=fields.seed("seed"),
        steps=fields.whole("steps"),
        cfg_scale=fields.number("guidance scale"),
        sampler=fields.text("sampler"),
        denoise=fields.number("strength"),
        clip_skip=fields.whole("clip skip", maximum=100),
        width=width,
        height=height,
        resources=uses.all(),
        facts={label(key): value for key, value in fields.facts().items()},
    )
