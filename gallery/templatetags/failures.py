"""Stages in words."""

from django import template

register = template.Library()

_TITLES = {
    "deep_scan": "Reading metadata",
    "thumbnail": "Thumbnails",
    "phash": "Perceptual hashes",
    "strip": "Moving previews",
}


@register.filter
def stage_title(stage: str) -> str:
    return _TITLES.get(stage, stage.replace("_", " ").capitalize())
