"""What an action is: stateless, set-based over a batch of image ids, and turned back by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.template.defaultfilters import pluralize

from gallery.models import Collection, Image, Selection
from gallery.querysets import ImageQuerySet

Params = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """Images that were alike `before` and are alike `after`; both are JSON."""

    image_ids: Sequence[int]
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Answer:
    """Where it leads, or what is said of it."""

    text: str = ""
    url: str = ""
    is_bad: bool = False


class Action:
    """`apply` and `restore` run in a transaction of the caller, in which the images' rows are
    locked in order of id; they touch no more than what they are given."""

    name: ClassVar[str]
    title: ClassVar[str]
    icon: ClassVar[str]
    group: ClassVar[str] = "mark"
    keys: ClassVar[tuple[str, ...]] = ()
    # How a menu offers it: "button" is one click, "switch" sets `value` to 1 or 0, "rating" to 1 to
    # 10 or nothing. A form is one by its template.
    control: ClassVar[str] = "button"
    # Stands in the action bar itself, not only behind its "More".
    is_frequent: ClassVar[bool] = False
    # A form to fill in first: the template of its fields, else the action is one click.
    form_template: ClassVar[str] = ""
    # Names of what it takes, from the form or from whoever calls it.
    fields: ClassVar[tuple[str, ...]] = ("value",)
    # Files on disk change: `gallery.services.filing` does it, one after the other.
    is_of_files: ClassVar[bool] = False
    # It changes no image: `answer` is all that it does, and nothing is written down.
    answers: ClassVar[bool] = False
    # False: done a second time to the same images it would change them again, so that an act that
    # goes on after a kill leaves out those that are noted.
    is_repeatable: ClassVar[bool] = True
    # Images that one transaction takes on.
    batch_size: ClassVar[int] = 5000
    # Not more than this many at once while the person waits; a job beyond.
    waits_for: ClassVar[int] = 2000
    # False: an act on an album or a tag, which says itself what it is about and is in no menu.
    is_of_images: ClassVar[bool] = True

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        """What came from outside as JSON to be kept. Raises `BadInput` that says what to do."""
        return {}

    def sentence(self, count: int, params: Params) -> str:
        """In the past tense, without a full stop: '412 images rated 8'."""
        raise NotImplementedError

    def doing(self, params: Params) -> str:
        """For the job's line: 'Rating images 8'."""
        return self.title

    def form_context(self, collection: Collection) -> dict[str, Any]:
        """What the form's template needs."""
        return {}

    def scope(self, params: Params, collection: Collection) -> ImageQuerySet:
        """The images that an act on something else touches too; by itself none."""
        return Image.objects.none()

    def conclude(self, cursor: Any, params: Params) -> list[Part]:
        """What remains to be done once, after all images; parts of no images are fine here."""
        return []

    def form_about(self, selection: Selection, values: dict[str, Any]) -> dict[str, Any]:
        """Likewise, of what is selected and of what was filled in so far. Raises nothing."""
        return {}

    def prepare(self, selection: Selection, params: Params) -> None:
        """The last look before it is begun. Raises `BadInput`."""

    def answer(self, selection: Selection, params: Params, *, is_here: bool) -> Answer:
        """`is_here` says that the person sits at this machine. Raises `AppError`."""
        raise NotImplementedError

    def written(self, image: Image) -> dict[str, str]:
        """What the form holds at first where it is about one image: what stands there now."""
        return {}

    def apply(self, cursor: Any, ids: Sequence[int], params: Params) -> list[Part]:
        """Does it; only images that it changed are in the parts, so that a second run is none."""
        raise NotImplementedError

    def restore(self, cursor: Any, part: Part) -> list[int]:
        """Brings images from `part.after` back to `part.before`; those that are as they were left
        in between, and which therefore stay as they are, are returned. Raises `Conflict` where an
        album or a tag cannot come back as it was."""
        raise NotImplementedError


def images(count: int) -> str:
    return f"{count:,} image{pluralize(count)}"
