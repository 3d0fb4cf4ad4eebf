"""Stages in words."""

from django import template

from gallery.pipeline import registry

register = template.Library()

_TITLES = {
    "deep_scan": "Reading metadata",
    "thumbnail": "Thumbnails",
    "phash": "Perceptual hashes",
    "strip": "Moving previews",
    "words": "Writing into files",
}


@register.filter
def stage_title(stage: str) -> str:
    """As it is known; else by what the stage of a higher app makes."""
    labels = {each.name: each.label for each in registry.stages()}
    return _TITLES.get(stage) or labels.get(stage, stage.replace("_", " ")).capitalize()
