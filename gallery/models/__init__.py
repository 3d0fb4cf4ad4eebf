"""The images and all that is known of them; one noun a file."""

from gallery.models.albums import Album, AlbumImage
from gallery.models.arrivals import Arrival
from gallery.models.collections import Collection, Folder, LibraryRoot, Treatment, WatchState
from gallery.models.duplicates import DuplicateGroup, DuplicateMember
from gallery.models.edits import ImageEdit, Viewing
from gallery.models.failures import StageFailure
from gallery.models.families import Kin, Stacked, StackWord
from gallery.models.file_acts import FileAct
from gallery.models.history import HistoryEntry, HistoryPart
from gallery.models.images import Image
from gallery.models.metadata import ImageMetadata
from gallery.models.missing import MissingMark
from gallery.models.preferences import Preference
from gallery.models.prompts import Prompt
from gallery.models.resource_files import ResourceFile, ResourceFolder, ResourceMatch
from gallery.models.resources import ImageResource, Resource
from gallery.models.selections import Selection
from gallery.models.sidecars import ImportedSidecar
from gallery.models.sources import ImageSource
from gallery.models.summaries import LibrarySummary
from gallery.models.tags import Caption, ImageTag, Tag, TagAlias
from gallery.models.versions import ImageVersion
from gallery.models.workflows import ImageNodes, NodeValue, Workflow
from gallery.models.written import FormerContent, WordsWaiting

__all__ = [
    "Album",
    "AlbumImage",
    "Arrival",
    "Caption",
    "Collection",
    "DuplicateGroup",
    "DuplicateMember",
    "FileAct",
    "Folder",
    "FormerContent",
    "HistoryEntry",
    "HistoryPart",
    "Image",
    "ImageEdit",
    "ImageMetadata",
    "ImageNodes",
    "ImageResource",
    "ImageSource",
    "ImageTag",
    "ImageVersion",
    "ImportedSidecar",
    "Kin",
    "LibraryRoot",
    "LibrarySummary",
    "MissingMark",
    "NodeValue",
    "Preference",
    "Prompt",
    "Resource",
    "ResourceFile",
    "ResourceFolder",
    "ResourceMatch",
    "Selection",
    "StackWord",
    "Stacked",
    "StageFailure",
    "Tag",
    "TagAlias",
    "Treatment",
    "Viewing",
    "WatchState",
    "WordsWaiting",
    "Workflow",
]
