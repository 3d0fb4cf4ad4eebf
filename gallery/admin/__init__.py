"""Django's admin for data fixes: one noun a file, each list quick at a million rows."""

from gallery.admin import collections, failures, images, metadata, prompts, resources

__all__ = ["collections", "failures", "images", "metadata", "prompts", "resources"]
