"""What a person can do to the images they selected: one register behind the action bar, the context
menu, the keyboard, the palette, and every undo. A higher app registers its own in its
`AppConfig`."""

from gallery.actions.base import Action, Answer, Part
from gallery.actions.registry import all_actions, get, register

__all__ = ["Action", "Answer", "Part", "all_actions", "get", "register"]
