"""What an image was made with: checkpoints, LoRAs and their like, by name, weight and hash."""

from collections.abc import Callable

from django.db import connection
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from gallery.models import Collection, Image, ImageResource, Resource, ResourceFile, ResourceMatch
from gallery.search.conditions import NEVER, Any_, Condition, Indexed, any_of
from gallery.search.keywords import suggestions
from gallery.search.keywords.made import GROUP
from gallery.search.keywords.registry import Context, Keyword
from gallery.search.keywords.texts import between, matching
from gallery.search.language.kinds import Name, Pattern, Weighted, WeightedName
from gallery.search.scopes import of_uses

MOST_NAMES = 2000
_FORMS = (8, 10, 12, 64)
_RECORDED = """
SELECT resource.id FROM gallery_resource AS resource
WHERE resource.kind = ANY(%(kinds)s) AND EXISTS (
    SELECT FROM gallery_imageresource AS use
    WHERE use.resource_id = resource.id AND use.recorded_hash = ANY(%(forms)s))
"""


def _called(kind: str, value: Pattern) -> Q | None:
    """The uses that call it so, or mean a file that is called so."""
    named = Resource.objects.filter(matching("name", value), kind=kind)
    ids = list(named.values_list("pk", flat=True)[:MOST_NAMES])
    uses = Q(resource__in=ids) if ids else None
    matches = ResourceMatch.objects.filter(
        matching("file__name", value), file__kind__in=["", kind], resource__kind=kind
    ).exclude(resource__in=ids)
    meant: dict[int, list[str]] = {}
    for resource, recorded in matches.values_list("resource", "recorded_hash")[:MOST_NAMES]:
        meant.setdefault(resource, []).append(recorded)
    for resource, hashes in meant.items():
        one = Q(resource=resource, recorded_hash__in=hashes)
        uses = one if uses is None else uses | one
    return uses


def _of_kind(kind: str) -> Callable[[Pattern, Context], Condition]:
    def compile_(value: Pattern, context: Context) -> Condition:
        uses = _called(kind, value)
        return NEVER if uses is None else of_uses(uses)

    return compile_


def _of_model(value: Pattern, context: Context) -> Condition:
    """The checkpoint itself and, in graphs with several, each."""
    named = Resource.objects.filter(matching("name", value), kind=Resource.Kind.CHECKPOINT)
    parts: list[Condition] = []
    ids = list(named.values_list("pk", flat=True)[:MOST_NAMES])
    if ids:
        parts.append(Indexed(any_of("checkpoint_id", ids)))
    uses = _called(Resource.Kind.CHECKPOINT, value)
    if uses is not None:
        parts.append(of_uses(uses))
    return Any_(tuple(parts)) if parts else NEVER


def _of_lora(value: WeightedName, context: Context) -> Condition:
    uses = _called(Resource.Kind.LORA, value.name)
    if uses is None:
        return NEVER
    if value.weight is None:
        return of_uses(uses)
    weighted = ImageResource.objects.annotate(said=Coalesce(F("weight"), 1.0)).filter(
        uses & between("said", value.weight, is_real=True)
    )
    return of_uses(Q(pk__in=weighted.values("pk")))


def _of_hash(value: Pattern, context: Context) -> Condition:
    """In any form: what begins as the other is the same, from eight characters on."""
    typed = value.text.lower().removeprefix("0x").rpartition(":")[2].replace("*", "")
    forms = {typed} | {typed[:length] for length in _FORMS if len(typed) > length}
    files = ResourceFile.objects.filter(
        Q(sha256__startswith=typed) | Q(autov3__startswith=typed) | Q(autov1=typed)
        | Q(stated_hashes__overlap=sorted(forms))
    )  # fmt: skip
    for hash_, tensors, legacy in files.values_list("sha256", "autov3", "autov1")[:20]:
        known = {hash_, hash_[:10], hash_[:12], tensors, tensors[:12], legacy}
        forms |= {form for form in known if len(form) >= _FORMS[0]}
    written = sorted({prefix + form for form in forms for prefix in ("", "0x", "sha256:")})
    written += [form.upper() for form in written]
    kinds = [Resource.Kind.CHECKPOINT.value]
    with connection.cursor() as cursor:
        cursor.execute(_RECORDED, {"kinds": kinds, "forms": written})
        ids = [pk for (pk,) in cursor.fetchall()]
    uses = Q(resource__in=ids, recorded_hash__in=written) if ids else Q(pk__in=())
    for match in ResourceMatch.objects.filter(file__in=files, resource__kind__in=kinds)[
        :MOST_NAMES
    ]:
        uses |= Q(resource=match.resource_id, recorded_hash=match.recorded_hash)
    return of_uses(uses)


def _has(kind: str) -> Callable[[Context], Condition]:
    return lambda context: of_uses(Q(resource__kind=kind))


def _suggest(kind: str) -> Callable[[str, Collection], list[suggestions.Suggestion]]:
    def suggest(typed: str, collection: Collection) -> list[suggestions.Suggestion]:
        named = Resource.objects.filter(kind=kind, name__icontains=typed.partition("@")[0])
        if kind == Resource.Kind.CHECKPOINT:
            return suggestions.counted(named, "name", Image.objects.all(), "checkpoint")
        return suggestions.counted(named, "name", ImageResource.objects.all(), "resource")

    return suggest


def _keyword(kind: Resource.Kind, help_: str, examples: tuple[str, ...], *aliases: str) -> Keyword:
    name = kind.value
    return Keyword(
        name, Name(), help_, examples, GROUP, _of_kind(kind), aliases, _has(kind), _suggest(kind)
    )


KEYWORDS = (
    Keyword(
        "model", Name(), "made with a checkpoint whose name, or file's name, has this in it",
        ("model:dreamshaper", "model:*xl*", "model:=exact_name"), GROUP, _of_model,
        ("models", "checkpoint"), _has(Resource.Kind.CHECKPOINT),
        _suggest(Resource.Kind.CHECKPOINT),
    ),
    Keyword(
        "model_hash", Name("a hash"), "made with the checkpoint of this hash, of any form",
        ("model_hash:abcdef1234",), GROUP, _of_hash, ("model hash", "hash"),
    ),
    Keyword(
        "lora", Weighted(), "made with this LoRA, with this weight where one is given",
        ("lora:fennec", "lora:fennec@0.5-0.8", "lora:detail*@>1"), GROUP, _of_lora,
        ("loras", "lyco"), _has(Resource.Kind.LORA), _suggest(Resource.Kind.LORA),
    ),
    _keyword(Resource.Kind.VAE, "made with this VAE", ("vae:sdxl",)),
    _keyword(Resource.Kind.EMBEDDING, "made with this embedding", ("embedding:easynegative",),
             "ti", "embeddings"),
    _keyword(Resource.Kind.CONTROLNET, "made with this ControlNet", ("controlnet:openpose",),
             "control net"),
    _keyword(Resource.Kind.UPSCALER, "made with this upscaler", ("upscaler:ultrasharp",)),
)  # fmt: skip
