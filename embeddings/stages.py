"""The pipeline's stage that embeds pictures. Without weights no image waits for it."""

import zlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Exists, OuterRef

from embeddings.models import ClipHVector
from embeddings.services import bulk_loads, readiness, storing, weights
from embeddings.services.storing import Made
from embeddings.services.trying import patiently
from embeddings.spaces import SPACES
from gallery.media.files import Content
from gallery.media.pictures import Picture
from gallery.models import Image
from gallery.pipeline.stages import Cluster, Outcome
from gallery.querysets import ImageQuerySet
from gallery.scanning.saving.copying import int_array

if TYPE_CHECKING:
    import uuid

    import numpy as np
    import numpy.typing as npt

    Prepared = tuple[uuid.UUID, npt.NDArray[np.uint8]]

# Copies, and files that came back to another place, take the vector of their content.
_ADOPT = """
INSERT INTO embeddings_cliphvector (image_id, model_key, content, vector)
SELECT DISTINCT ON (image.id) image.id, known.model_key, known.content, known.vector
FROM gallery_image AS image
JOIN gallery_image AS twin ON twin.fingerprint = image.fingerprint AND twin.id <> image.id
JOIN embeddings_cliphvector AS known
  ON known.image_id = twin.id AND known.content = image.fingerprint AND known.model_key = %(key)s
WHERE image.id = ANY(%(ids)s::bigint[])
  AND NOT EXISTS (SELECT FROM embeddings_cliphvector AS own
      WHERE own.image_id = image.id AND own.content = image.fingerprint
        AND own.model_key = %(key)s)
ORDER BY image.id, known.image_id
ON CONFLICT (image_id) DO UPDATE
SET model_key = EXCLUDED.model_key, content = EXCLUDED.content, vector = EXCLUDED.vector
"""


class ClipHStage:
    """`is_rebuild` has every picture looked at again, whatever there is of it."""

    space = SPACES["clip_h"]
    name = "clip_h"
    cluster: Cluster = "gpu"
    label = "looks"
    # Up to here as ComfyUI would see it; what is larger is made smaller in two steps.
    pixels = 2048

    def __init__(self, *, is_rebuild: bool = False) -> None:
        self.is_rebuild = is_rebuild

    @property
    def version(self) -> int:
        """Failures count for the weights that they happened with."""
        key = weights.model_key(self.space.network) or ""
        return zlib.crc32(key.encode()) % 32_768

    def is_ready(self) -> bool:
        return not readiness.why_not(self.space)

    def missing(self, images: ImageQuerySet) -> ImageQuerySet:
        """Those without a vector of the file as it is; of the present weights, where there are
        any."""
        embeddable = images.available().filter(
            read_version__isnull=False, fingerprint__isnull=False
        )
        if self.is_rebuild:
            return embeddable
        known = ClipHVector.objects.filter(image=OuterRef("pk"), content=OuterRef("fingerprint"))
        key = weights.model_key(self.space.network)
        if key is not None:
            known = known.filter(model_key=key)
        return embeddable.filter(~Exists(known))

    def begin(self, count: int) -> None:
        bulk_loads.begin(self.space, count)

    def end(self) -> None:
        bulk_loads.end(self.space)

    def adopt(self, image_ids: Sequence[int]) -> None:
        key = weights.model_key(self.space.network)
        if key is not None and not self.is_rebuild:
            with connection.cursor() as cursor:
                cursor.execute(_ADOPT, {"key": key, "ids": int_array(image_ids)})

    def prepare(self, content: Content, picture: Picture) -> "Prepared":
        from embeddings.encoders import clip_pixels  # numpy stays out of web start-up

        return content.fingerprint, clip_pixels.prepare(picture.pixels)

    def run(self, batch: "Sequence[tuple[Image, Prepared]]") -> Outcome:
        from embeddings.services import encoding

        key = weights.model_key(self.space.network)
        pictures = [pixels for _, (_, pixels) in batch]
        encoded = patiently(lambda: encoding.pictures(self.space.network, pictures))
        reasons = {**storing.problems(encoded.vectors, self.space), **encoded.problems}
        results = {
            image.pk: Made(key or "", content, encoded.vectors[row])
            for row, (image, (content, _)) in enumerate(batch)
            if row not in reasons
        }
        return Outcome(results, {batch[row][0].pk: reason for row, reason in reasons.items()})

    def save(self, results: Mapping[int, Made]) -> None:
        """What was made with weights that are no longer in use is dropped."""
        for key in {made.model_key for made in results.values()}:
            of_key = {pk: made for pk, made in results.items() if made.model_key == key}
            storing.save(
                self.space,
                key,
                {pk: made.vector for pk, made in of_key.items()},
                {pk: made.content for pk, made in of_key.items()},
            )
