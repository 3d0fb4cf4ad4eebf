import pytest

from tests.gallery.metadata.builders import graph_answer
from tests.gallery.metadata.graphs import basic, link, node, sampler


def resources(**nodes):
    found = graph_answer(basic(**({"sample": sampler(model=link("on"))} | nodes)))
    return [(use.kind, use.name, use.weight, use.clip_weight) for use in found.resources]


CHECKPOINT = ("checkpoint", "model.v1", None, None)


def test_loras_come_in_the_order_they_were_loaded():
    second = node(
        "LoraLoader",
        lora_name="b.safetensors",
        strength_model=0.5,
        strength_clip=0.25,
        model=link("first"),
        clip=link("first", 1),
    )
    first = node(
        "LoraLoader",
        lora_name="dir/a.safetensors",
        strength_model=1,
        strength_clip=1,
        model=link("loader"),
        clip=link("loader", 1),
    )
    assert resources(on=second, first=first) == [
        CHECKPOINT,
        ("lora", "a", 1, None),
        ("lora", "b", 0.5, 0.25),
    ]


@pytest.mark.parametrize(
    "stack",
    [
        node(
            "Power Lora Loader (rgthree)",
            lora_1={"on": True, "lora": "a.safetensors", "strength": 0.5},
            lora_2={"on": False, "lora": "off.safetensors", "strength": 1},
            lora_3={"on": True, "lora": "b.safetensors", "strength": 1, "strengthTwo": 0.25},
            model=link("loader"),
        ),
        node(
            "CR Apply LoRA Stack",
            model=link("loader"),
            lora_stack=link("listed"),
        ),
        node(
            "Lora Loader (LoraManager)",
            text="<lora:a:0.5>",
            model=link("loader"),
            loras={
                "__value__": [
                    {"name": "a", "strength": 0.5, "active": True},
                    {"name": "off", "strength": 1, "active": False},
                    {"name": "b", "strength": "1", "clipStrength": "0.25", "active": True},
                ]
            },
        ),
    ],
)
def test_tables_of_loras_are_read_without_those_switched_off(stack):
    listed = node(
        "CR LoRA Stack",
        lora_name_1="a.safetensors",
        model_weight_1=0.5,
        clip_weight_1=0.5,
        lora_name_2="None",
        lora_name_3="b.safetensors",
        model_weight_3=1,
        clip_weight_3=0.25,
    )
    assert resources(on=stack, listed=listed) == [
        CHECKPOINT,
        ("lora", "a", 0.5, None),
        ("lora", "b", 1, 0.25),
    ]


@pytest.mark.parametrize(
    "loader",
    [
        node("UNETLoader", unet_name="flux/f.safetensors", weight_dtype="default"),
        node("UnetLoaderGGUF", unet_name="f.gguf"),
        node("Any loader", model_name="f.sft"),
        node("Previewing loader", ckpt_name={"content": "f.ckpt", "image": None}),
        node("Linked loader", ckpt_name=link("name")),
    ],
)
def test_the_end_of_the_model_chain_is_the_checkpoint(loader):
    changed = node("ModelSamplingSD3", shift=3, model=link("end"))
    name = node("easy loraNames", ckpt_name="f.safetensors")
    assert resources(on=changed, end=loader, name=name) == [("checkpoint", "f", None, None)]


def test_merged_models_name_all_their_checkpoints():
    merge = node("ModelMergeSimple", model1=link("loader"), model2=link("other"), ratio=0.5)
    other = node("CheckpointLoaderSimple", ckpt_name="n.ckpt")
    assert resources(on=merge, other=other) == [CHECKPOINT, ("checkpoint", "n", None, None)]


def test_vae_and_upscaler_lie_on_the_way_of_the_picture():
    found = resources(
        sample=sampler(),
        save=node("SaveImage", filename_prefix="x", images=link("up")),
        up=node("ImageUpscaleWithModel", upscale_model=link("net"), image=link("decode")),
        net=node("UpscaleModelLoader", model_name="4x-Ultra.pth"),
        decode=node("VAEDecode", samples=link("sample"), vae=link("vae")),
        vae=node("VAELoader", vae_name="ae.safetensors"),
    )
    assert found == [
        CHECKPOINT,
        ("upscaler", "4x-Ultra", None, None),
        ("vae", "ae", None, None),
    ]


def test_the_checkpoints_own_vae_is_no_second_file():
    assert resources(sample=sampler()) == [CHECKPOINT]
