"""Devices as people write them, and as the machine shows them."""

from pathlib import Path

import pytest

from dtoolkit.inference import devices
from dtoolkit.inference.devices import Device


def test_names_weights_and_budgets():
    assert devices.parse("cuda:0=2@20000, cuda:1, cpu") == (
        Device("cuda:0", 2, 20_000), Device("cuda:1", 1, 24_000), Device("cpu", 1, 12_000),
    )  # fmt: skip
    assert devices.parse("cuda") == (Device("cuda:0", 1, 24_000),)
    assert devices.parse("") == ()


@pytest.mark.parametrize("text", ["gpu", "cuda:x", "cuda:0=0", "cpu@", "cuda:0=-1", "cpu cuda"])
def test_what_is_no_device_is_told(text):
    with pytest.raises(ValueError, match="is no device"):
        devices.parse(text)


def test_no_device_twice():
    with pytest.raises(ValueError, match="twice"):
        devices.parse("cuda,cuda:0")


def test_cards_are_found_by_their_nodes():
    nodes = [Path("/dev/nvidia1"), Path("/dev/nvidiactl"), Path("/dev/nvidia0")]
    assert [device.name for device in devices.detect(nodes)] == ["cuda:0", "cuda:1"]
    assert devices.detect([]) == (Device("cpu"),)
