"""Recorded facts in groups, and durations as players show them."""

import pytest

from gallery.views import facts


def test_facts_of_a_pass_stand_together_in_the_order_of_passes():
    found = facts.sort(
        [
            ["Styles", "Fooocus V2"],
            ["Hires upscale", "2"],
            ["Refiner", "sdxl_refiner"],
            ["Hires steps", "12"],
            ["Hires CFG scale", "6"],
            ["Pass 2", "KSampler: seed 3"],
            ["Pass 2 prompt", "a fox"],
            ["Detailer pass 2", "face_yolov8n"],
            ["ADetailer model", "hand_yolov8n"],
            ["Based on", "nothing"],
        ]
    )
    assert [(each.title, [(f.label, f.value) for f in each.facts]) for each in found.passes] == [
        ("Hires", [("Upscale", "2"), ("Steps", "12"), ("CFG scale", "6")]),
        ("Refiner", [("", "sdxl_refiner")]),
        ("Pass 2", [("", "KSampler: seed 3"), ("Prompt", "a fox")]),
        ("Detailer 2", [("", "face_yolov8n")]),
        ("Detailer", [("Model", "hand_yolov8n")]),
    ]
    assert [fact.label for fact in found.others] == ["Styles", "Based on"]


def test_hostile_labels_are_facts_like_others():
    pairs = [["", ""], ["Pass", "x"], ["Hires" + " a" * 50_000, "y"], ["Refiner\n", "z"]]
    found = facts.sort(pairs)
    assert sum(len(each.facts) for each in found.passes) + len(found.others) == len(pairs)


@pytest.mark.parametrize(
    ("milliseconds", "shown"),
    [(1, "0:01"), (6000, "0:06"), (18_751, "0:19"), (3_725_000, "1:02:05")],
)
def test_durations(milliseconds, shown):
    assert facts.clock(milliseconds) == shown
