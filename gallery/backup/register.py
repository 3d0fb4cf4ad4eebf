"""Which tables and columns hold what people said, and where a backup has it. Whoever adds a model
or a column decides here: a test fails until that is done."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Held:
    """`carried` columns are in records of the `kind`; `left` ones are none of a person's words."""

    kind: str
    carried: tuple[str, ...]
    left: tuple[str, ...] = ()


CARRIED: dict[str, Held] = {
    "gallery.Image": Held(
        "image",
        (
            *("folder", "name", "size", "fingerprint"),  # to find it again
            *("rating", "is_favourite", "is_nsfw", "is_nsfw_said", "is_for_deletion"),
            *("prompt", "negative_prompt"),  # where an ImageEdit says that a person wrote them
            "created_at",  # likewise
        ),
        (
            *("id", "collection", "mtime_ns", "modified_at", "first_seen_at"),
            *("is_available", "read_version", "format", "width", "height", "generator"),
            *("checkpoint", "seed", "steps", "cfg_scale", "sampler", "scheduler", "denoise"),
            *("clip_skip", "parse_version", "duration_ms", "workflow", "sidecar_stamp"),
            *("thumbnail_version", "phash", "strip_of"),
        ),
    ),
    "gallery.ImageEdit": Held(
        "image",
        ("image", "note", "has_prompt", "has_negative_prompt", "has_date", "edited_at"),
        ("recorded_prompt", "recorded_negative_prompt", "recorded_created_at"),
    ),
    "gallery.Viewing": Held("image", ("image", "viewed_at")),
    "gallery.MissingMark": Held("image", ("image",), ("marked_at",)),  # a mark that nobody made
    "gallery.ImageTag": Held(
        "image",
        ("image", "tag", "source", "is_denied"),
        ("id", "position", "confidence"),  # of taggers and sidecars
    ),
    "gallery.Caption": Held("image", ("image", "source", "text"), ("id", "words")),
    "gallery.AlbumImage": Held("image", ("album", "image", "position"), ("id", "added_at")),
    "gallery.ImportedSidecar": Held(
        "image", ("image", "name", "text", "encoding", "imported_at"), ("id",)
    ),
    "gallery.DuplicateGroup": Held(
        "image",
        ("token", "state"),  # of dismissed ones
        ("id", "collection", "channel", "distance", "keeper", "is_confirmed", "found_at"),
    ),
    "gallery.DuplicateMember": Held("image", ("group", "image"), ("id", "distance")),
    "gallery.StackWord": Held("image", ("image", "word", "token", "said_at"), ("id",)),
    "gallery.FormerContent": Held("image", ("image", "fingerprint"), ("id", "until", "is_met")),
    "gallery.Album": Held(
        "album",
        ("collection", "name", "is_smart", "params", "cover", "position"),
        ("id", "created_at"),
    ),
    "gallery.Tag": Held("tag", ("name", "category"), ("id", "first_seen_at")),
    "gallery.TagAlias": Held("tag", ("name", "tag"), ("id",)),
    "gallery.Preference": Held("preference", ("name", "value")),
    "gallery.LibraryRoot": Held(
        "root",
        (
            *("collection", "path", "name", "is_watched", "extensions", "ignored"),
            *("takes_hidden", "follows_links"),
        ),
        (
            *("id", "offline_since", "scanned_at", "parsed_with", "created_at"),
            *("watch_state", "watch_note", "watch_changed_at"),
        ),
    ),
    "gallery.Folder": Held(
        "root",
        ("root", "path", "treatment"),
        (
            *("id", "parent", "name", "depth", "image_count", "listing_digest"),
            *("is_available", "is_mount_point"),
        ),
    ),
}

# Why nothing of them is in a backup.
LEFT: dict[str, str] = {
    "gallery.Collection": "The file is of one; its slug is in the header.",
    "gallery.HistoryEntry": "What was done to rows of this database, for undoing it here.",
    "gallery.HistoryPart": "What was done to rows of this database, for undoing it here.",
    "gallery.FileAct": "What was done to files of this machine, for undoing it here.",
    "gallery.Selection": "What is chosen at the moment.",
    "gallery.ResourceFolder": "A place on this machine; nobody says anything of its files.",
    "gallery.ResourceFile": "Read from the file.",
    "gallery.ResourceMatch": "Made by the linking.",
    "gallery.Resource": "Read from images.",
    "gallery.ImageResource": "Read from the file.",
    "gallery.ImageMetadata": "Read from the file.",
    "gallery.ImageNodes": "Read from the file.",
    "gallery.ImageSource": "Read from the file.",
    "gallery.ImageVersion": "What the file was before, noticed by the scan.",
    "gallery.Workflow": "Read from the file.",
    "gallery.NodeValue": "Read from the file.",
    "gallery.Prompt": "The texts themselves; those that a person wrote are with the image.",
    "gallery.StageFailure": "What a machine could not do.",
    "gallery.Kin": "Found by looking.",
    "gallery.Stacked": "Found by looking, with what StackWord says.",
    "gallery.LibrarySummary": "Counted anew whenever it is looked at.",
    "gallery.WordsWaiting": "Work of this machine.",
    "gallery.Arrival": "Not decided yet by the scan.",
    "jobs.Job": "Work of this machine.",
    "jobs.JobChunk": "Work of this machine.",
    "jobs.ClusterHeartbeat": "Work of this machine.",
}


def leave(reasons: Mapping[str, str]) -> None:
    """A higher app tells why nothing of its models is a person's word."""
    LEFT.update(reasons)
