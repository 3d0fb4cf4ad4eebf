"""What higher apps show of an image, a prompt or the library in the pages of the gallery: by URL,
not by import.

Higher apps add theirs in `AppConfig.ready`, and nowhere else.
"""

from dataclasses import dataclass
from typing import Literal

Subject = Literal["image", "prompt", "library"]


@dataclass(frozen=True, slots=True)
class Panel:
    """`url_name` takes the collection's slug and the subject's id. It answers HTMX with a fragment,
    which is asked for once, when a person opens the panel; others get a page. Lower `order` first.
    Of the library it takes the slug alone, and its fragment fills a part of the dashboard.
    """

    name: str
    title: str
    url_name: str
    order: int = 100
    of: Subject = "image"


_panels: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    """A second panel of the same name is a mistake."""
    if _panels.setdefault(panel.name, panel) is not panel:
        raise ValueError(f"There is a panel named {panel.name} already.")


def panels(of: Subject) -> tuple[Panel, ...]:
    """In the order that pages show them."""
    found = (panel for panel in _panels.values() if panel.of == of)
    return tuple(sorted(found, key=lambda panel: (panel.order, panel.name)))
