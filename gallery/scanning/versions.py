"""Replaced content: what an image was before, kept when its file holds something else.

The quick scan sees another size or time and keeps the old content as a version at once, for it is
about to overwrite what is known of it; the deep scan takes that back where it reads the same
content again, which was only touched.
"""

from typing import Any

# `rows` have the columns of `gallery_image`, as they were.
KEEP = """
INSERT INTO gallery_imageversion
    (image_id, fingerprint, size, modified_at, format, width, height, prompt_id, seed)
SELECT id, fingerprint, size, modified_at, format, width, height, prompt_id, seed
FROM {rows} AS old WHERE fingerprint IS NOT NULL
"""
_LATEST = """
    version.id = (SELECT id FROM gallery_imageversion AS latest
                  WHERE latest.image_id = image.id ORDER BY replaced_at DESC, id DESC LIMIT 1)
"""
# Only a row whose content was not known any more has one that may be taken back.
_TAKE_BACK = f"""
DELETE FROM gallery_imageversion AS version USING gallery_image AS image, read_stage AS read
WHERE image.id = read.id AND image.fingerprint IS NULL AND version.image_id = image.id
  AND version.fingerprint = read.fingerprint AND {_LATEST}
RETURNING image.id
"""  # noqa: S608
# Replaced between the quick scan and now.
_KEEP_REPLACED = KEEP.format(
    rows="""(
    SELECT image.* FROM gallery_image AS image JOIN read_stage AS read ON read.id = image.id
    WHERE image.fingerprint <> read.fingerprint
)"""
)


def settle(cursor: Any) -> list[int]:
    """Before the rows of `read_stage` overwrite theirs: keeps versions of what is replaced.

    Returns the ids of images that were only touched: the same content at another time.
    """
    cursor.execute(_TAKE_BACK)
    touched = [row[0] for row in cursor.fetchall()]
    cursor.execute(_KEEP_REPLACED)
    return touched
