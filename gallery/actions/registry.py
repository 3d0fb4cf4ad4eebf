"""The register of actions, in the order that menus show them."""

from collections.abc import Sequence

from dtoolkit.core.errors import NotFound
from gallery.actions.base import Action

_actions: dict[str, Action] = {}


def register(action: type[Action]) -> None:
    _actions[action.name] = action()


def get(name: str) -> Action:
    """Raises `NotFound`."""
    try:
        return _actions[name]
    except KeyError:
        raise NotFound(f"There is no action '{name}'.") from None


def all_actions() -> Sequence[Action]:
    """Those that menus of images show."""
    return tuple(action for action in _actions.values() if action.is_of_images)
