"""The images and all that is known of them; one noun a file."""

from gallery.models.arrivals import Arrival
from gallery.models.collections import Collection, Folder, LibraryRoot, Treatment, WatchState
from gallery.models.failures import StageFailure
from gallery.models.images import Image
from gallery.models.metadata import ImageMetadata
from gallery.models.missing import MissingMark
from gallery.models.prompts import Prompt
from gallery.models.resource_files import ResourceFile, ResourceFolder, ResourceMatch
from gallery.models.resources import ImageResource, Resource
from gallery.models.sidecars import ImportedSidecar
from gallery.models.sources import ImageSource
from gallery.models.tags import Caption, ImageTag, Tag
from gallery.models.versions import ImageVersion
from gallery.models.workflows import ImageNodes, NodeValue, Workflow

__all__ = [
    "Arrival",
    "Caption",
    "Collection",
    "Folder",
    "Image",
    "ImageMetadata",
    "ImageNodes",
    "ImageResource",
    "ImageSource",
    "ImageTag",
    "ImageVersion",
    "ImportedSidecar",
    "LibraryRoot",
    "MissingMark",
    "NodeValue",
    "Prompt",
    "Resource",
    "ResourceFile",
    "ResourceFolder",
    "ResourceMatch",
    "StageFailure",
    "Tag",
    "Treatment",
    "WatchState",
    "Workflow",
]
