import pytest

from gallery.metadata.records import ResourceUse
from tests.gallery.metadata.builders import graph_answer
from tests.gallery.metadata.graphs import basic, encode, link, node, sampler


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


STACKER = {
    "lora_count": 2,
    "lora_name_1": "a.safetensors",
    "lora_wt_1": 0.1,
    "model_str_1": 0.2,
    "clip_str_1": 0.3,
    "lora_name_2": "None",
    "lora_name_3": "b.safetensors",
    "lora_wt_3": 1,
}


@pytest.mark.parametrize(("mode", "weights"), [("simple", (0.1, None)), ("advanced", (0.2, 0.3))])
def test_a_stack_counts_as_far_and_in_the_mode_it_was_set_to(mode, weights):
    stack = node("LoRA Stacker", input_mode=mode, **STACKER)
    loaded = node("Efficient Loader", ckpt_name="model.v1.ckpt", lora_stack=link("stack"))
    assert resources(on=loaded, stack=stack) == [CHECKPOINT, ("lora", "a", *weights)]


def test_a_lora_that_is_switched_off_was_not_used():
    stack = node(
        "CR LoRA Stack",
        switch_1="Off",
        lora_name_1="a",
        model_weight_1=1,
        switch_2="On",
        lora_name_2="b",
        model_weight_2=0.5,
        clip_weight_2=0.5,
    )
    apply = node("CR Apply LoRA Stack", model=link("loader"), lora_stack=link("stack"))
    assert resources(on=apply, stack=stack) == [CHECKPOINT, ("lora", "b", 0.5, None)]


def test_tags_count_where_a_node_acts_upon_them():
    tags = "a cat <lora:dir\\a.safetensors:0.5> <lora:b:0.7:0.2> <lora:c> <lora:>"
    wildcard = node(
        "ImpactWildcardEncode",
        model=link("loader"),
        clip=link("loader", 1),
        wildcard_text="x",
        populated_text=link("text"),
    )
    found = resources(on=wildcard, text=node("Text Multiline", text=tags))
    assert found == [
        CHECKPOINT,
        ("lora", "a", 0.5, None),
        ("lora", "b", 0.7, 0.2),
        ("lora", "c", None, None),
    ]
    plain = node("Reroute", **{"": link("loader")})
    assert resources(on=plain, yes=encode(tags)) == [CHECKPOINT]


def test_embeddings_are_named_in_the_prompts():
    found = resources(
        on=node("Reroute", **{"": link("loader")}),
        yes=encode("(embedding:sub/good.pt:1.2), a cat, Embedding:Better"),
        no=encode("embedding:bad-hands-5, embedding: worse, notembedding:x, embedding:good"),
    )
    assert found[1:] == [
        ("embedding", "good", 1.2, None),
        ("embedding", "Better", None, None),
        ("embedding", "bad-hands-5", None, None),
        ("embedding", "worse", None, None),
    ]


def test_models_by_urn_keep_it():
    urn = "urn:air:sdxl:checkpoint:civitai:101055@128078"
    found = resources(on=node("CheckpointLoaderSimple", ckpt_name=urn))
    assert found == [("checkpoint", urn, None, None)]


def test_what_else_steered_is_told():
    found = graph_answer(
        basic(
            sample=sampler(model=link("adapter")),
            adapter=node(
                "IPAdapterAdvanced", weight=0.8, model=link("hyper"), ipadapter=link("unified", 1)
            ),
            unified=node("IPAdapterUnifiedLoader", preset="PLUS (high)", model=link("hyper")),
            hyper=node(
                "HypernetworkLoader",
                hypernetwork_name="h.pt",
                strength=0.5,
                model=link("loader"),
            ),
            yes=node("CLIPTextEncodeFlux", t5xxl="a cat", clip=link("skip")),
            skip=node("CLIPSetLastLayer", stop_at_clip_layer=-1, clip=link("two")),
            two=node(
                "DualCLIPLoader", clip_name1="t5xxl.safetensors", clip_name2="clip_l.safetensors"
            ),
        )
    )
    assert found.facts == {
        "IP-Adapter": "PLUS (high), weight 0.8",
        "Hypernetwork": "h, weight 0.5",
        "Text encoders": "t5xxl, clip_l",
    }


def test_wrappers_of_video_models_name_their_files_and_size():
    found = graph_answer(
        {
            "save": node("VHS_VideoCombine", filename_prefix="x", images=link("decode")),
            "decode": node("WanVideoDecode", samples=link("sample"), vae=link("vae")),
            "sample": node(
                "WanVideoSampler",
                model=link("model"),
                text_embeds=link("text"),
                image_embeds=link("size"),
                steps=30,
                cfg=6,
                seed=5,
                scheduler="unipc",
            ),
            "text": node("WanVideoTextEncode", positive_prompt="a cat", negative_prompt="dog"),
            "model": node("WanVideoModelLoader", model="wan.safetensors", lora=link("lora")),
            "lora": node("WanVideoLoraSelect", lora="fast.safetensors", strength=0.9),
            "vae": node("WanVideoVAELoader", model_name="wan_vae.safetensors"),
            "size": node("WanVideoEmptyEmbeds", width=832, height=480, num_frames=81),
        }
    )
    assert (found.prompt, found.negative_prompt, found.seed) == ("a cat", "dog", 5)
    assert (found.width, found.height) == (832, 480)
    assert found.resources == (
        ResourceUse("checkpoint", "wan"),
        ResourceUse("lora", "fast", 0.9),
        ResourceUse("vae", "wan_vae"),
    )


def test_the_first_loaders_of_motion_name_it_themselves():
    motion = node("ADE_AnimateDiffLoaderGen1", model_name="mm_v3.ckpt", model=link("loader"))
    found = graph_answer(basic(sample=sampler(model=link("motion")), motion=motion))
    assert found.facts == {"Motion model": "mm_v3"}
    assert found.resources == (ResourceUse("checkpoint", "model.v1"),)
