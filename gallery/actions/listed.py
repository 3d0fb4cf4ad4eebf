"""The gallery's own actions, in the order that menus show them."""

from gallery.actions.album_order import ArrangeAlbum
from gallery.actions.album_rows import (
    CoverAlbum,
    DeleteAlbum,
    MakeAlbum,
    OrderAlbums,
    RenameAlbum,
)
from gallery.actions.albums import AddToAlbum, RemoveFromAlbum
from gallery.actions.base import Action
from gallery.actions.convert import Convert
from gallery.actions.duplicates import (
    DismissDuplicates,
    MergeDuplicates,
    StackDuplicates,
    TakeSuggestions,
)
from gallery.actions.editing import EditDetails
from gallery.actions.elsewhere import Export, OpenFolder, Rescan, Variants
from gallery.actions.files import Copy, Move, Trash
from gallery.actions.into_files import ReadFromFiles, WriteIntoFiles
from gallery.actions.marks import Favourite, ForDeletion, Nsfw, Rate
from gallery.actions.nsfw_words import MarkByWords
from gallery.actions.places import Rename, Reorganise
from gallery.actions.stacks import Best, Siblings, Stack, Unstack
from gallery.actions.tag_rows import ClearTag, DeleteUnusedTags, MergeTag, RenameTag
from gallery.actions.tags import AddTags, RemoveTags
from gallery.actions.texts import EditNegativePrompt, EditPrompt, Note

ACTIONS: tuple[type[Action], ...] = (
    Rate,
    Favourite,
    Nsfw,
    ForDeletion,
    AddToAlbum,
    RemoveFromAlbum,
    AddTags,
    RemoveTags,
    Note,
    EditPrompt,
    EditNegativePrompt,
    EditDetails,
    Siblings,
    Best,
    Stack,
    Unstack,
    Move,
    Copy,
    Rename,
    Reorganise,
    Convert,
    WriteIntoFiles,
    ReadFromFiles,
    Export,
    OpenFolder,
    Rescan,
    Variants,
    Trash,
    MakeAlbum,
    RenameAlbum,
    CoverAlbum,
    DeleteAlbum,
    OrderAlbums,
    ArrangeAlbum,
    RenameTag,
    MergeTag,
    ClearTag,
    DeleteUnusedTags,
    MarkByWords,
    MergeDuplicates,
    DismissDuplicates,
    StackDuplicates,
    TakeSuggestions,
)
