import json

import pytest

from gallery.metadata import RawRecord, parsers

TRAINED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


def understand(*records):
    return parsers.understand(
        [
            RawRecord("jpeg:x", key, text if isinstance(text, str) else json.dumps(text))
            for key, text in records
        ]
    ).parameters


def test_content_credentials_name_the_maker_and_no_prompt():
    made = understand(
        (
            "c2pa",
            {
                "vendor": "OpenAI",
                "claim_generator": "ChatGPT",
                "software_agent": "GPT-4o",
                "digital_source_type": "trainedAlgorithmicMedia",
                "when": "2025-03-15T18:17:42Z",
                "description": "Created",
            },
        )
    )
    assert (made.generator, made.rule, made.prompt) == ("openai", "provenance", "")
    assert made.facts == {
        "Signed by": "OpenAI",
        "Claimed by": "ChatGPT",
        "Program": "GPT-4o",
        "Digital source type": "trainedAlgorithmicMedia",
        "Made on": "2025-03-15T18:17:42Z",
        "Made by": "Created",
    }


@pytest.mark.parametrize(
    ("said", "generator"),
    [
        ({"software_agent": "Adobe Firefly 1.0"}, None),
        (
            {"software_agent": "Adobe Firefly", "digital_source_type": "trainedAlgorithmicMedia"},
            "adobe",
        ),
        (
            {"vendor": "Google LLC", "digital_source_type": "compositeWithTrainedAlgorithmicMedia"},
            "google",
        ),
        ({"vendor": "Google LLC", "digital_source_type": "computationalCapture"}, None),
        ({"vendor": "Leica Camera AG", "digital_source_type": "digitalCapture"}, None),
        ({"claim_generator": "OpenAI DALL-E"}, "openai"),
        ({"vendor": "Somebody", "digital_source_type": "trainedAlgorithmicMedia"}, "ai"),
        ([], None),
        ({"digital_source_type": 7}, None),
    ],
)
def test_only_what_models_made_counts(said, generator):
    made = understand(("c2pa", said))
    assert (made and made.generator) == generator


@pytest.mark.parametrize(
    ("credit", "generator"),
    [
        ("Made with Google AI", "google"),
        ("Adobe Photoshop 25.0", "ai"),
        ("A photographer", "ai"),
        ("", "ai"),
    ],
)
def test_the_iptc_type(credit, generator):
    made = understand(("Iptc4xmpExt:DigitalSourceType", TRAINED), ("photoshop:Credit", credit))
    assert made.generator == generator
    assert made.facts == {"Digital source type": "trainedAlgorithmicMedia"}


def test_other_iptc_types_are_photographs():
    assert understand(("Iptc4xmpExt:DigitalSourceType", f"{TRAINED[:-23]}digitalCapture")) is None


def test_the_label_of_chinese_services():
    label = {"Label": "1", "ContentProducer": "doubao", "ProduceID": "7", "ReservedCode1": "x"}
    for text in (label, {"AIGC": label}):
        made = understand(("AIGC", text))
        assert (made.generator, made.prompt) == ("bytedance", "")
        assert made.facts == {"Producer": "doubao", "Produced as": "7"}
    assert understand(("AIGC", {"Label": "0"})) is None
    assert understand(("AIGC", "[1]")) is None


def test_whoever_says_a_prompt_comes_first():
    label = ("AIGC", {"Label": "1"})
    made = understand(label, ("parameters", "a cat\nSteps: 5, Seed: 1, Size: 8x8"))
    assert (made.generator, made.prompt) == ("automatic1111", "a cat")
