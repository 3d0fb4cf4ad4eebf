"""What a model file says of itself, and what it may not do to us."""

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery.resources import bases, gguf, headers, kinds
from tests.gallery.resources import files


def read(data: bytes) -> headers.Header:
    return headers.read(io.BytesIO(data), len(data), data[: headers.HEAD_BYTES])


def header_of(path) -> headers.Header:
    return read(path.read_bytes())


def test_metadata_names_and_precision(tmp_path):
    header = header_of(files.model(tmp_path / "a.safetensors", "b", "a", metadata={"x": "y"}))
    assert header.metadata["x"] == "y"
    assert set(header.names.split()) == {"a", "b"}
    assert (header.precision, header.problem) == ("F16", "")


def test_tensors_begin_behind_the_header(tmp_path):
    path = files.model(tmp_path / "a.safetensors")
    (length,) = struct.unpack("<Q", path.read_bytes()[:8])
    assert header_of(path).tensors_at == 8 + length


def test_a_header_longer_than_the_head_is_read(tmp_path):
    text = "x" * 3 * headers.HEAD_BYTES
    header = header_of(files.model(tmp_path / "a.safetensors", metadata={"ss_tag_frequency": text}))
    assert header.metadata["ss_tag_frequency"] == text


def test_a_file_that_is_cut_off_says_so_and_keeps_its_words(tmp_path):
    data = files.model(tmp_path / "a.safetensors", metadata={"x": "y"}).read_bytes()[:-3]
    header = read(data)
    assert f"{len(data) + 3:,} bytes, {len(data):,} are there" in header.problem
    assert header.metadata["x"] == "y"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\x01", "no model file"),
        (struct.pack("<Q", 2**63) + b"{}", "claims to be 9,223,372,036,854,775,808 bytes"),
        (struct.pack("<Q", 90_000_000) + b"{}", "claims to be 90,000,000 bytes"),
        (struct.pack("<Q", 1_000_000) + b"{}", "cut off"),
        (struct.pack("<Q", 2) + b"{]", "no JSON"),
        (struct.pack("<Q", 9) + b'{"a": "\xff"}', "no JSON"),
        (struct.pack("<Q", 20_000) + b'{"a":' + b"[" * 19_995, "no JSON"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"version https://git-lfs.github.com/spec/v1", "Git LFS"),
        (b'{"error": "Unauthorized"}', "server's answer"),
    ],
)
def test_what_is_no_model_says_why(data, words):
    assert words in read(data).problem


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\x80\x02}q", b"\x80\x04"])
def test_pickles_are_left_alone(start):
    assert read(start + b"cos\nsystem\n") == headers.Header()


@pytest.mark.parametrize("length", [0x80, 0x0280])
def test_a_length_that_looks_like_a_pickle_is_none(length):
    header = b'{"a": {"dtype": "F8"}}'.ljust(length)
    assert read(struct.pack("<Q", length) + header).precision == "F8"


def test_crooked_entries_are_passed_over():
    header = (
        b'{"__metadata__": {"a": 1, "b": "c"}, "x": 1, "y": {"data_offsets": "no", "dtype": 3}}'
    )
    found = read(struct.pack("<Q", len(header)) + header)
    assert found.metadata == {"b": "c"}
    assert found.names.split() == ["x", "y"]


def test_gguf_tells_its_architecture(tmp_path):
    path = files.gguf(
        tmp_path / "f.gguf", {"general.architecture": "flux"}, ("double_blocks.0.img_attn.w",)
    )
    header = header_of(path)
    assert bases.of(header.metadata, header.names) == "Flux.1"
    assert kinds.by_header(header.metadata, header.names) == "checkpoint"


def test_a_gguf_that_lies_of_its_counts_ends():
    data = b"GGUF" + struct.pack("<IQQ", 3, 2**60, 2**60)
    data += struct.pack("<Q", 1) + b"k" + struct.pack("<IIQ", 9, 8, 2**60) + b"\0" * 60_000
    assert gguf.read(data) == ({}, "\n")


@given(st.binary(max_size=400))
def test_nothing_that_a_file_holds_raises(data):
    read(data)
    read(b"GGUF" + data)
    read(struct.pack("<Q", max(0, len(data))) + data)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/sd/models/Stable-diffusion/a.ckpt", "checkpoint"),
        ("/comfy/models/checkpoints/sdxl/a.safetensors", "checkpoint"),
        ("/comfy/models/diffusion_models/a.safetensors", "checkpoint"),
        ("/sd/models/Lora/styles/a.safetensors", "lora"),
        ("/sd/models/LyCORIS/a.safetensors", "lora"),
        ("/comfy/models/vae/a.safetensors", "vae"),
        ("/sd/embeddings/a.pt", "embedding"),
        ("/comfy/models/controlnet/a.safetensors", "controlnet"),
        ("/sd/models/ESRGAN/a.pth", "upscaler"),
        ("/comfy/models/upscale_models/a.pth", "upscaler"),
        ("/comfy/models/text_encoders/a.safetensors", ""),
        ("/loras/checkpoints/a.safetensors", "checkpoint"),
        ("/downloads/lora.safetensors", None),
    ],
)
def test_folders_tell_the_kind(path, kind):
    assert kinds.by_path(path) == kind


@pytest.mark.parametrize(
    ("names", "metadata", "kind"),
    [
        (files.LORA, {}, "lora"),
        (("transformer.blocks.0.lora_A.weight",), {}, "lora"),
        (("emb_params",), {}, "embedding"),
        (("clip_l", "clip_g"), {}, "embedding"),
        (("control_model.input_blocks.0.weight",), {}, "controlnet"),
        (("model.diffusion_model.input_blocks.0.w", "first_stage_model.d"), {}, "checkpoint"),
        (("double_blocks.0.img_attn.w",), {}, "checkpoint"),
        (("decoder.conv_in.weight", "encoder.conv_in.weight"), {}, "vae"),
        (("body.0.rdb1.conv1.weight",), {}, "upscaler"),
        (("whatever",), {"modelspec.architecture": "stable-diffusion-xl-v1-base/lora"}, "lora"),
        (("whatever",), {"ss_network_module": "networks.lora"}, "lora"),
        (("whatever",), {}, ""),
    ],
)
def test_tensors_tell_the_kind(names, metadata, kind):
    assert kinds.by_header(metadata, "\n" + "\n".join(names)) == kind


@pytest.mark.parametrize(
    ("metadata", "names", "base"),
    [
        ({"modelspec.architecture": "stable-diffusion-xl-v1-base"}, (), "SDXL"),
        ({"ss_base_model_version": "sd_v1"}, (), "SD 1.5"),
        ({"ss_base_model_version": "sdxl_base_v1-0"}, (), "SDXL"),
        ({"modelspec.architecture": "Flux.1-dev/lora"}, (), "Flux.1"),
        ({}, ("conditioner.embedders.1.model.x",), "SDXL"),
        ({}, ("cond_stage_model.transformer.text_model.x",), "SD 1.5"),
        ({}, ("lora_unet_double_blocks_0_img_attn_proj.lora_up.weight",), "Flux.1"),
        ({"ss_v2": "True"}, (), "SD 2"),
        ({}, ("weight",), ""),
    ],
)
def test_the_base_in_the_words_of_people(metadata, names, base):
    assert bases.of(metadata, "\n" + "\n".join(names)) == base
