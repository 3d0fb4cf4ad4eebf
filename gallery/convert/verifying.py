"""The new bytes read back: every record, the size, the frames with their times, and the pixels,
which are to be equal where nothing may be lost and like the original's otherwise."""

from collections.abc import Iterable, Iterator

from PIL import Image, ImageChops, ImageStat

from gallery import metadata
from gallery.convert.encoding import Encoded
from gallery.convert.frames import Frames, look
from gallery.convert.orders import Order
from gallery.filing.refusals import Refused
from gallery.metadata import RawRecord
from gallery.metadata.containers.contents import Contents

_FAILED = "it did not come out right"
_SAMPLE = (32, 32)
# Of 256, on average over a few pixels: a wrong turn, a lost channel or a black picture are beyond,
# the worst that a codec does to noise is not.
_MOST_UNLIKE = 72
# What a frame may be shorter or longer, by being rounded.
_MOST_MS = 1
Shown = tuple[int, Image.Image]


def verify(
    frames: Frames,
    encoded: Encoded,
    order: Order,
    records: Iterable[RawRecord],
    hidden: Iterable[RawRecord],
) -> Contents:
    """What the new file says of itself. Raises `Refused`."""
    kind, contents = metadata.take_apart(encoded.data)
    if kind != order.format or contents.problems:
        raise Refused(f"{_FAILED}: {' '.join(contents.problems) or 'it is no such file'}")
    if contents.displayed_size() != frames.size:
        raise Refused(f"{_FAILED}: its size differs")
    if _said(contents.records) != _said(records):
        raise Refused("what it says of itself could not be carried over whole")
    kept = contents.carried.hidden if contents.carried else ()
    if _said(kept) != _said(hidden):
        raise Refused("what is hidden in its pixels could not be carried over whole")
    _compare(frames, encoded, order)
    return contents


def _said(records: Iterable[RawRecord]) -> list[tuple[str, str, str, str]]:
    return [(each.container, each.key, each.text, each.encoding) for each in records]


def _compare(frames: Frames, encoded: Encoded, order: Order) -> None:
    again = look(encoded.data, 8, is_lossless=False)
    if again.profile != encoded.profile:
        raise Refused(f"{_FAILED}: its colour profile differs")
    if encoded.still is not None:
        if again.durations:
            raise Refused(f"{_FAILED}: it moves")
        _compare_pixels(encoded.still, next(again.each()), order, moves=False)
        return
    if not _is_as_long(frames, again):
        raise Refused(f"{_FAILED}: its frames or their times differ")
    for before, after in _together(_timeline(frames), _timeline(again)):
        _compare_pixels(before, after, order, moves=True)


def _is_as_long(frames: Frames, again: Frames) -> bool:
    """An encoder may make one of frames that are alike."""
    if frames.plays != again.plays:
        return False
    off = abs(sum(frames.durations) - sum(again.durations))
    return off <= _MOST_MS * len(frames.durations)


def _timeline(frames: Frames) -> Iterator[Shown]:
    """When each frame ends, and the frame."""
    ends = 0
    durations = frames.durations or (0,)
    for duration, image in zip(durations, frames.each(), strict=True):
        ends += duration
        if duration or len(durations) == 1:
            yield ends, image


def _together(
    before: Iterator[Shown], after: Iterator[Shown]
) -> Iterator[tuple[Image.Image, Image.Image]]:
    """Each frame of the one with what the other shows in the middle of its time."""
    start = 0
    ends, image = next(after, (0, None))
    for until, shown in before:
        middle = (start + until) / 2
        while image is not None and ends < middle:
            ends, image = next(after, (0, None))
        if image is None:
            raise Refused(f"{_FAILED}: frames are missing")
        yield shown, image
        start = until


def _compare_pixels(before: Image.Image, after: Image.Image, order: Order, *, moves: bool) -> None:
    if not order.is_lossless:
        if _unlikeness(before, after) > _MOST_UNLIKE:
            raise Refused(f"{_FAILED}: it looks different")
        return
    if moves or before.mode != after.mode:
        before, after = before.convert("RGBA"), after.convert("RGBA")
    if moves:
        # Of what nobody sees, animations keep no colours.
        before, after = (_seen(image) for image in (before, after))
    if ImageChops.difference(before, after).getbbox(alpha_only=False) is not None:
        raise Refused(f"{_FAILED}: its pixels differ, though nothing was to be lost")


def _seen(image: Image.Image) -> Image.Image:
    blank = Image.new("RGBA", image.size)
    mask = image.getchannel("A").point(lambda value: 255 if value else 0)
    blank.paste(image, mask=mask)
    return blank


def _unlikeness(before: Image.Image, after: Image.Image) -> float:
    some = [
        Image.alpha_composite(Image.new("RGBA", _SAMPLE, "black"), _sampled(image))
        for image in (before, after)
    ]
    difference = ImageChops.difference(some[0].convert("RGB"), some[1].convert("RGB"))
    return max(ImageStat.Stat(difference).mean)


def _sampled(image: Image.Image) -> Image.Image:
    return image.resize(_SAMPLE, Image.Resampling.NEAREST).convert("RGBA")
