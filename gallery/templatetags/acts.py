"""The register of actions for a page's script: its keys, menus and palette are made of it."""

import json

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gallery import actions

register = template.Library()


@register.simple_tag
def action_register(slug: str) -> SafeString:
    """An element with the id `actions` that holds it as data, in the order of menus."""
    listed = [
        {
            "name": action.name,
            "title": action.title,
            "icon": action.icon,
            "keys": action.keys,
            "group": action.group,
            "control": "form" if action.form_template else action.control,
            "url": reverse("act", args=[slug, action.name]),
        }
        for action in actions.all_actions()
    ]
    return format_html('<i id="actions" data-register="{}" hidden></i>', json.dumps(listed))
