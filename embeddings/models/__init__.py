"""Vectors, one narrow table a space, and what was embedded."""

from embeddings.models.descriptions import Described, Description, ImageDescription
from embeddings.models.map_points import MapDrawing, MapPoint
from embeddings.models.probes import Probe
from embeddings.models.text_failures import TextFailure
from embeddings.models.vectors import (
    CaptionVector,
    ClipGVector,
    ClipHVector,
    ClipLVector,
    NegativeVector,
    PromptVector,
)
from embeddings.models.weights import Weights

__all__ = [
    "CaptionVector",
    "ClipGVector",
    "ClipHVector",
    "ClipLVector",
    "Described",
    "Description",
    "ImageDescription",
    "MapDrawing",
    "MapPoint",
    "NegativeVector",
    "Probe",
    "PromptVector",
    "TextFailure",
    "Weights",
]
