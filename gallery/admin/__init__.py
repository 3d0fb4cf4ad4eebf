"""Django's admin for data fixes: one noun a file, each list quick at a million rows."""

from gallery.admin import (
    collections,
    curation,
    duplicates,
    failures,
    families,
    history,
    images,
    metadata,
    prompts,
    resource_files,
    resources,
    summaries,
    tags,
    workflows,
    written,
)

__all__ = [
    "collections",
    "curation",
    "duplicates",
    "failures",
    "families",
    "history",
    "images",
    "metadata",
    "prompts",
    "resource_files",
    "resources",
    "summaries",
    "tags",
    "workflows",
    "written",
]
