"""Django's admin for data fixes: one noun a file, each list quick at a million rows."""

from gallery.admin import (
    collections,
    curation,
    duplicates,
    failures,
    history,
    images,
    metadata,
    prompts,
    resource_files,
    resources,
    tags,
    workflows,
    written,
)

__all__ = [
    "collections",
    "curation",
    "duplicates",
    "failures",
    "history",
    "images",
    "metadata",
    "prompts",
    "resource_files",
    "resources",
    "tags",
    "workflows",
    "written",
]
