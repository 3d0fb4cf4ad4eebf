"""What an image became of another, how one knows, and how far two hashes may be apart for it."""

from typing import Final

CONTENT, RECORDED, RECIPE, PIXELS = "content", "recorded", "recipe", "pixels"
STRENGTH: Final = {CONTENT: 4, RECORDED: 3, RECIPE: 2, PIXELS: 1}

# Of a role: what the parent is to its child, and what the child is to its parent.
WORDS: Final = {
    "upscaled": ("Enlarged from", "Enlarged"),
    "reduced": ("Made smaller from", "Made smaller"),
    "img2img": ("Made from", "Made from it"),
    "inpaint": ("Painted into", "Painted into"),
    "converted": ("Saved anew from", "Saved anew"),
    "copy": ("Copied from", "A copy"),
    "cropped": ("Cut from", "Cut from it"),
    "variation": ("Varied from", "A variation"),
    "mask": ("Its mask", "Masked by it"),
    "controlnet": ("Guides it", "Guided by it"),
    "ip_adapter": ("Lends its look", "In its look"),
    "grid": ("A part of the grid", "A grid of it"),
    "reference": ("Its reference", "With reference to it"),
}
ROLES: Final = tuple(WORDS)

# `metadata.records.SOURCE_KINDS` that have another name here.
OF_SOURCES: Final = {"upscale": "upscaled"}

# Bits of 64 in which a version may differ from what it was made from: where the file names its
# source, where the recipe and the seed are the same, where nothing but the picture tells, and where
# the picture alone tells against another seed.
RECORDED_BITS: Final = {"upscaled": 16, "img2img": 14, "inpaint": 20}
RECIPE_BITS: Final = 12
PIXEL_BITS: Final = 6
OTHER_SEED_BITS: Final = 3
# Without hashes a picture made from another is a version of it up to here.
MOST_DENOISE: Final = 0.5


def known_by(evidence: str, distance: int | None) -> str:
    """In words: how one knows."""
    alike = f"{distance} of 64 bits differ" if distance else ""
    if evidence == CONTENT:
        return "the same file"
    if evidence == RECORDED:
        return "its file says so"
    if evidence == RECIPE:
        return "same prompt, model and seed" + (f", {alike}" if alike else "")
    return f"it looks the same, {alike}" if alike else "it looks the same"
