"""Workflows, the values of their nodes, and which image had which."""

from django.contrib import admin

from gallery.admin.large import LookedAt, shown
from gallery.models import ImageNodes, NodeValue, Workflow


@admin.register(Workflow)
class WorkflowAdmin(LookedAt):
    list_display = ("fingerprint", "node_count", shown("node_classes"), "first_seen_at")
    search_fields = ("=fingerprint",)


@admin.register(NodeValue)
class NodeValueAdmin(LookedAt):
    list_display = ("pk", shown("node_class"), shown("name"), shown("value"))
    search_fields = ("node_class__startswith",)
    search_help_text = "The beginning of a node's class."


@admin.register(ImageNodes)
class ImageNodesAdmin(LookedAt):
    list_display = ("image", shown("value_ids"))
    list_select_related = ("image",)
    search_fields = ("=image__id",)
    search_help_text = "An image's id."
