"""Rows of a made library in which families are planted: of twenty-five images of an idea five are
versions of two pictures, one has a recorded source, and one looks like another."""

from django.db import connection

from gallery.models import Collection, Folder, LibraryRoot

_PROMPTS = """
INSERT INTO gallery_prompt (digest, text)
SELECT md5(n::text)::uuid, 'a fennec, study ' || n FROM generate_series(0, %(many)s / 25) AS n
"""
_IMAGES = """
WITH rows AS (
    SELECT n, n %% 25 AS place, n / 25 AS idea FROM generate_series(0::bigint, %(many)s - 1) AS n),
first AS (SELECT min(id) AS id FROM gallery_prompt)
INSERT INTO gallery_image (
    collection_id, folder_id, name, size, mtime_ns, modified_at, created_at, is_available,
    read_version, fingerprint, format, width, height, generator, prompt_id, seed, phash,
    thumbnail_version)
SELECT %(collection)s, %(folder)s, lpad(n::text, 8, '0') || '.png', 1000000 + n, n,
    now(), timestamptz '2025-01-01' + n * interval '1 second', true,
    1, gen_random_uuid(), 'png',
    CASE WHEN place IN (1, 4) THEN 1664 WHEN place = 2 THEN 3328 ELSE 832 END,
    CASE WHEN place IN (1, 4) THEN 2432 WHEN place = 2 THEN 4864 ELSE 1216 END,
    'comfyui', first.id + idea,
    CASE WHEN place IN (1, 2) THEN n - place WHEN place = 4 THEN n - 1 ELSE n END,
    CASE WHEN place IN (1, 2) THEN hashint8extended(n - place, 7) # (7::bigint << (n %% 60)::int)
        WHEN place IN (4, 6) THEN hashint8extended(n - 1, 7) # (3::bigint << (n %% 60)::int)
        ELSE hashint8extended(n, 7) END, 1
FROM rows CROSS JOIN first
"""
_SOURCES = """
INSERT INTO gallery_imagesource (image_id, position, kind, name, recorded_hash)
SELECT image.id, 0, 'img2img', lpad((name::text::bigint - 1)::text, 8, '0') || '.png [output]', ''
FROM (SELECT id, left(name, 8) AS name FROM gallery_image) AS image
WHERE image.name::bigint %% 25 = 6
"""


def fill(many: int) -> Collection:
    collection = Collection.objects.create(slug="default", name="Generated")
    root = LibraryRoot.objects.create(collection=collection, path="/generated", name="generated")
    folder = Folder.objects.create(root=root, path="", name="generated", depth=0, image_count=many)
    values = {"collection": collection.pk, "folder": folder.pk, "many": many}
    with connection.cursor() as cursor:
        for statement in (_PROMPTS, _IMAGES, _SOURCES):
            cursor.execute(statement, values)
        cursor.execute("VACUUM ANALYZE")
    return collection
