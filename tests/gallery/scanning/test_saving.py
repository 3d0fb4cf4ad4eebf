"""What was read and understood, as rows: each text, value and tag once, whoever has it."""

import uuid
from dataclasses import replace

import pytest
import xxhash

from gallery.metadata import (
    PARSE_VERSION,
    FileMetadata,
    GenerationParameters,
    RawRecord,
    SourceReference,
    TagUse,
    Understanding,
    Workflow,
    WorkflowNode,
)
from gallery.models import (
    Caption,
    Image,
    ImageNodes,
    ImageSource,
    ImageTag,
    NodeValue,
    Tag,
)
from gallery.models import Workflow as WorkflowRow
from gallery.scanning import saving
from gallery.scanning.reading import Reading, Target
from gallery.scanning.saving import workflows
from tests.factories import ImageFactory

pytestmark = pytest.mark.django_db
SHAPE = uuid.uuid4()
GRAPH = Workflow(
    SHAPE,
    (
        WorkflowNode("KSampler", (("seed", "5"), ("steps", "20"))),
        WorkflowNode("CLIPTextEncode", (("text", "a fox"),)),
        WorkflowNode("CLIPTextEncode", (("text", "a fox"),)),
    ),
)


def read(image: Image, understanding: Understanding, **facts) -> Reading:
    metadata = FileMetadata("png", 64, 48, (), (), understanding, **facts)
    target = Target(
        image.pk, "/library", "", image.name, image.size, image.mtime_ns, image.folder_id
    )
    return Reading(target, image.size, image.mtime_ns, uuid.uuid4(), metadata)


def understood(**parts) -> Understanding:
    return Understanding(**parts)


def values_of(image: Image) -> set[tuple[str, str, str]]:
    ids = ImageNodes.objects.get(image=image).value_ids
    assert ids == sorted(set(ids))
    found = NodeValue.objects.filter(pk__in=ids)
    return set(found.values_list("node_class", "name", "value"))


def test_a_workflow_is_kept_once_and_its_values_with_each_image():
    first, second = ImageFactory(), ImageFactory()
    sampler = WorkflowNode("KSampler", (("seed", "6"), ("steps", "20")))
    other = replace(GRAPH, nodes=(sampler, *GRAPH.nodes[1:]))
    saving.save([read(first, understood(workflow=GRAPH)), read(second, understood(workflow=other))])
    row = WorkflowRow.objects.get(fingerprint=SHAPE)
    assert (row.node_classes, row.node_count) == (["CLIPTextEncode", "KSampler"], 3)
    assert set(Image.objects.values_list("workflow", flat=True)) == {row.pk}
    shared = ("KSampler", "steps", "20")
    assert values_of(first) == {
        shared,
        ("KSampler", "seed", "5"),
        ("CLIPTextEncode", "text", "a fox"),
    }
    assert values_of(second) == values_of(first) - {("KSampler", "seed", "5")} | {
        ("KSampler", "seed", "6")
    }
    assert NodeValue.objects.count() == 4
    digest = uuid.UUID(bytes=xxhash.xxh3_128_digest(b"KSampler\0steps\x0020"))
    assert NodeValue.objects.filter(name="steps").get().digest == digest


def test_a_workflow_read_again_replaces_what_the_image_had():
    image = ImageFactory()
    saving.save([read(image, understood(workflow=GRAPH))])
    image.refresh_from_db()
    shorter = replace(GRAPH, fingerprint=uuid.uuid4(), nodes=GRAPH.nodes[1:])
    saving.save([read(image, understood(workflow=shorter))])
    assert values_of(image) == {("CLIPTextEncode", "text", "a fox")}
    saving.save([read(image, understood())])
    image.refresh_from_db()
    assert image.workflow is None
    assert not ImageNodes.objects.exists()


def test_values_beyond_all_bounds_are_cut_and_hostile_texts_mended():
    image = ImageFactory()
    hostile = tuple((f"n{n}\t\\N\0", f"\ud83e\n\\.{n}" + "x" * 9000) for n in range(6000))
    saving.save([read(image, understood(workflow=Workflow(SHAPE, (WorkflowNode("K", hostile),))))])
    ids = ImageNodes.objects.get().value_ids
    assert len(ids) == workflows.MOST_VALUES
    value = NodeValue.objects.get(name="n0\t\\N")
    assert value.value.startswith("?\n\\.0xxx") or value.value.startswith("\ufffd\n\\.0xxx")
    assert len(value.value) <= workflows.VALUE_CHARS


def test_sources_durations_and_media_are_kept():
    image = ImageFactory()
    made = GenerationParameters(
        "comfyui",
        "comfyui",
        sources=(SourceReference("img2img", "start.png", "abcd"), SourceReference("mask", "m.png")),
    )
    saving.save([read(image, understood(parameters=made), duration_ms=2500, media=(("A", "b"),))])
    image.refresh_from_db()
    assert (image.duration_ms, image.metadata.media) == (2500, [["A", "b"]])
    assert image.parse_version == PARSE_VERSION
    found = ImageSource.objects.values_list("position", "kind", "name", "recorded_hash")
    assert list(found) == [(0, "img2img", "start.png", "abcd"), (1, "mask", "m.png", "")]


def test_tags_of_sidecars_are_replaced_and_those_of_others_stay():
    image = ImageFactory()
    mine = Tag.objects.create(name="mine")
    ImageTag.objects.create(image=image, tag=mine, source="person")
    Caption.objects.create(image=image, source="person", text="my words")
    tags = (TagUse("1girl", "", 0.9), TagUse("mine"), TagUse("1girl"), TagUse(" "))
    saving.save([read(image, understood(tags=tags, caption=" a girl "))])
    saving.save([read(image, understood(tags=(TagUse("1girl", "general"),), caption="two"))])
    found = image.tags.values_list("source", "tag__name", "position", "confidence")
    assert list(found) == [("person", "mine", 0, None), ("sidecar", "1girl", 0, None)]
    assert Tag.objects.get(name="1girl").category == "general"
    texts = dict(image.captions.values_list("source", "text"))
    assert texts == {"person": "my words", "sidecar": "two"}
    saving.save([read(image, understood(tags=(TagUse("1girl"),)))])
    assert Tag.objects.get(name="1girl").category == "general"
    assert image.captions.count() == 1


def test_a_batch_that_concerns_few_tables_asks_few_questions(django_assert_max_num_queries):
    images = [ImageFactory(parse_version=None) for _ in range(20)]
    with django_assert_max_num_queries(15):
        saving.save([read(image, understood()) for image in images])


def test_a_refused_value_of_a_workflow_costs_one_image(monkeypatch):
    good, bad = ImageFactory(), ImageFactory()
    poison = replace(GRAPH, nodes=(WorkflowNode("K", (("poison", "1"),)),))
    digest = workflows._digest
    monkeypatch.setattr(
        workflows, "_digest", lambda value: "no uuid" if "poison" in value else digest(value)
    )
    failed = saving.save(
        [read(good, understood(workflow=GRAPH)), read(bad, understood(workflow=poison))]
    )
    assert failed == 1
    assert ImageNodes.objects.get().image_id == good.pk
    assert "cannot be stored" in bad.failures.get().reason


def test_records_stay_whole_when_nothing_was_understood():
    image = ImageFactory()
    reading = read(image, understood(problems=("Not JSON.",)))
    record = RawRecord("png:tEXt", "prompt", "{\0", "latin-1", 41, True)
    reading.metadata = replace(reading.metadata, records=(record,))
    saving.save([reading])
    image.refresh_from_db()
    assert image.metadata.records[0]["text"] == "{\0"
    assert image.metadata.parse_problems == ["Not JSON."]
