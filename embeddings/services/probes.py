"""Pictures that are only asked with: given by a person, or a part of an image."""

import io
import math
from collections.abc import Sequence
from datetime import timedelta
from typing import IO, TYPE_CHECKING
from uuid import UUID

from django.utils import timezone
from PIL import Image as Pillow

from dtoolkit.core.errors import BadInput, Unavailable
from dtoolkit.inference.errors import InferenceError, WeightsMissing
from embeddings.models import Probe
from embeddings.services import encoding, weights
from embeddings.spaces import SPACES
from gallery.media import decoding, files
from gallery.media.pictures import Picture, UndecodableImage, fitted
from gallery.models import Image

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MAX_BYTES = 64 * 1024 * 1024
KEPT_FOR = timedelta(days=30)
_PREVIEW_PX = 384
_NEEDED_PX = 448  # of a region: twice what the network looks at
_MOST_PX = 8192
_LEAST_SIDE = 0.01
_NETWORK = SPACES["clip_h"].network


def of_upload(file: IO[bytes], size: int) -> Probe:
    """Raises `BadInput` where it is no picture, `Unavailable` where nothing can look at it."""
    if size > MAX_BYTES:
        raise BadInput(f"The picture is larger than {MAX_BYTES // 1024 // 1024} MB.")
    return _made(_decoded(file.read()))


def look(data: bytes) -> "npt.NDArray[np.float32]":
    """The vector of a picture that is not kept. Raises as `of_upload`."""
    return _looked_at(_decoded(data))[1]


def of_region(image: Image, region: Sequence[float], at_s: float | None = None) -> Probe:
    """`region` is left, top, width and height as shares of the upright picture, of a video of what
    it shows `at_s`, or else of what stands for it; `image` needs `folder__root`. Raises as
    `of_upload`, and `NotFound` where the file is away."""
    left, top, width, height = _checked(region)
    if at_s is not None and not 0 <= at_s < math.inf:
        raise BadInput("The time in a video is given in seconds, from 0 on.")
    wanted = min(_MOST_PX, round(_NEEDED_PX / max(_LEAST_SIDE, min(width, height))))
    try:
        with files.opened(image) as content:
            picture = content.picture(wanted, at_s)
    except UndecodableImage as error:
        raise BadInput(f"This picture cannot be read. {error.reason}") from error
    return _made(_flat(_part(picture, left, top, width, height)), image, region)


def used(token: UUID) -> Probe | None:
    """The one of this token, kept on for a while; None where there is none."""
    now = timezone.now()
    Probe.objects.filter(token=token, used_at__lt=now - timedelta(hours=1)).update(used_at=now)
    return Probe.objects.filter(token=token).first()


def vector(probe: Probe) -> "npt.NDArray[np.float32]":
    """As the present weights see it; looked at again where those have changed. Raises
    `InferenceError`."""
    key = weights.model_key(_NETWORK)
    if key is not None and probe.model_key != key:
        with Pillow.open(io.BytesIO(bytes(probe.preview)), formats=("WEBP",)) as preview:
            probe.vector = encoding.query_picture(_NETWORK, preview.convert("RGB"))
        probe.model_key = key
        probe.save(update_fields=["vector", "model_key"])
        probe.refresh_from_db(fields=["vector"])
    found: npt.NDArray[np.float32] = probe.vector.to_numpy().astype("float32")
    return found


def _made(
    pixels: Pillow.Image, image: Image | None = None, region: Sequence[float] | None = None
) -> Probe:
    """Those that nobody asked with for a month go."""
    Probe.objects.filter(used_at__lt=timezone.now() - KEPT_FOR).delete()
    key, found = _looked_at(pixels)
    preview = io.BytesIO()
    fitted(pixels, _PREVIEW_PX).save(preview, "WEBP", quality=85)
    return Probe.objects.create(
        image=image,
        region=list(region) if region else None,
        preview=preview.getvalue(),
        model_key=key,
        vector=found,
    )


def _looked_at(pixels: Pillow.Image) -> "tuple[str, npt.NDArray[np.float32]]":
    """With the key of the weights that did it."""
    key = weights.model_key(_NETWORK)
    try:
        if key is None:
            raise WeightsMissing("CLIP-H is not installed: pictures cannot be compared without it.")
        found = encoding.query_picture(_NETWORK, pixels)
    except InferenceError as error:
        raise Unavailable(str(error)) from error
    return key, found


def _decoded(data: bytes) -> Pillow.Image:
    try:
        return _flat(decoding.decode(data, 2 * _NEEDED_PX).pixels)
    except UndecodableImage as error:
        raise BadInput(f"This picture cannot be read. {error.reason}") from error


def _checked(region: Sequence[float]) -> tuple[float, float, float, float]:
    left, top, width, height = region
    is_inside = all(0 <= one <= 1 for one in region) and left + width <= 1.001 >= top + height
    if not is_inside:  # NaN is not inside either
        raise BadInput("A region is left, top, width and height, each as a share of the picture.")
    if min(width, height) < _LEAST_SIDE:
        raise BadInput("That part is too small. Draw a larger one.")
    return left, top, width, height


def _part(picture: Picture, left: float, top: float, width: float, height: float) -> Pillow.Image:
    across, down = picture.pixels.size
    box = (
        min(int(left * across), across - 1),
        min(int(top * down), down - 1),
        max(int(left * across) + 1, min(across, round((left + width) * across))),
        max(int(top * down) + 1, min(down, round((top + height) * down))),
    )
    return picture.pixels.crop(box)


def _flat(pixels: Pillow.Image) -> Pillow.Image:
    """What is transparent is shown on black, as the pictures of the library are looked at."""
    if pixels.mode != "RGBA":
        return pixels.convert("RGB")
    ground = Pillow.new("RGB", pixels.size)
    ground.paste(pixels, mask=pixels.getchannel("A"))
    return ground
