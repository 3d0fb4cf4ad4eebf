"""The images and all that is known of them; one noun a file."""

from gallery.models.collections import Collection, Folder, LibraryRoot
from gallery.models.failures import StageFailure
from gallery.models.images import Image
from gallery.models.metadata import ImageMetadata
from gallery.models.prompts import Prompt
from gallery.models.resources import ImageResource, Resource

__all__ = [
    "Collection",
    "Folder",
    "Image",
    "ImageMetadata",
    "ImageResource",
    "LibraryRoot",
    "Prompt",
    "Resource",
    "StageFailure",
]
