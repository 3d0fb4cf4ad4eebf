"""ComfyUI's nodes: which an image's workflow has, and how they were set."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from gallery.models import Collection, ImageNodes, NodeValue, Workflow
from gallery.search.conditions import NEVER, Condition, Elsewhere, Indexed, Plain, any_of
from gallery.search.keywords import suggestions
from gallery.search.keywords.made import GROUP
from gallery.search.keywords.registry import Context, Keyword
from gallery.search.keywords.texts import like, matching
from gallery.search.language.kinds import Name, Pattern, Property, PropertyTest

_FEW_WORKFLOWS = 2000
_MOST_VALUES = 5000
_CLASSES = """
SELECT class, sum(uses)::bigint FROM (
    SELECT unnest(node_classes) AS class, 1 AS uses FROM gallery_workflow
) AS each WHERE class ILIKE %s GROUP BY class ORDER BY 2 DESC, 1 LIMIT %s
"""


def _of_classes(value: Pattern, context: Context) -> Condition:
    workflows = Workflow.objects.filter(node_classes__contains=[value.text]).order_by()
    if value.how == "like" or not workflows.exists():
        pattern = like(value.text)
        classes = [name for name, _ in _known_classes(pattern, 500)]
        if not classes:
            return NEVER
        workflows = Workflow.objects.filter(node_classes__overlap=classes).order_by()
    ids = list(workflows.values_list("pk", flat=True)[: _FEW_WORKFLOWS + 1])
    if len(ids) <= _FEW_WORKFLOWS:
        return Indexed(any_of("workflow_id", ids))
    return Plain(Q(workflow__isnull=False, workflow__in=workflows))


def _known_classes(pattern: str, limit: int) -> Sequence[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_CLASSES, [pattern, limit])
        rows: Sequence[tuple[str, int]] = cursor.fetchall()
    return rows


def _set_so(value: PropertyTest, context: Context) -> Condition:
    values = NodeValue.objects.filter(name__iexact=value.name).order_by()
    if value.node_class:
        values = values.filter(node_class__iexact=value.node_class)
    values = values.filter(matching("value", value.value))
    ids = list(values.values_list("pk", flat=True)[: _MOST_VALUES + 1])
    if not ids:
        return NEVER
    if len(ids) > _MOST_VALUES:
        return _nodes(_any_value_in(values))
    return _nodes(Q(value_ids__overlap=ids))


def _any_value_in(values: QuerySet[NodeValue]) -> Q:
    ids = list(values.values_list("pk", flat=True)[:100_000])
    return Q(value_ids__overlap=ids)


def _nodes(which: Q) -> Condition:
    rows = ImageNodes.objects.filter(which).order_by()
    found = Q(Exists(rows.filter(image=OuterRef("pk"))))
    return Elsewhere(rows.values_list("image", flat=True), found)


def _suggest_classes(typed: str, collection: Collection) -> list[suggestions.Suggestion]:
    """Counted in workflows, which are few; their images are many."""
    found = _known_classes(f"%{like(typed)}%", suggestions.MOST)
    return [suggestions.Suggestion(name, count, hint="workflows") for name, count in found]


def _suggest_properties(typed: str, collection: Collection) -> list[suggestions.Suggestion]:
    name = typed.partition("=")[0].rpartition(".")[2]
    sample = NodeValue.objects.order_by("-pk").values_list("node_class", "name")[:20_000]
    counts: dict[str, int] = {}
    for node_class, property_ in sample:
        if name.lower() in property_.lower():
            key = f"{node_class}.{property_}="
            counts[key] = counts.get(key, 0) + 1
    most = sorted(counts, key=lambda key: -counts[key])[: suggestions.MOST]
    return [suggestions.Suggestion(key) for key in most]


KEYWORDS = (
    Keyword(
        "node",
        Name("a kind of node", is_whole=True),
        "whose ComfyUI workflow has this kind of node",
        ("node:FaceDetailer", "node:*Upscale*"),
        GROUP,
        _of_classes,
        ("nodes", "node class"),
        lambda context: Plain(Q(workflow__isnull=False)),
        _suggest_classes,
    ),
    Keyword(
        "property",
        Property(),
        "whose ComfyUI nodes have this setting: = is the whole value, * any part, ~ contains",
        ("property:steps=20", "property:KSampler.denoise=0.5", "property:text~cat",
         'property:text="a cat*"'),
        GROUP,
        _set_so,
        ("prop", "setting"),
        suggest=_suggest_properties,
    ),
)  # fmt: skip
