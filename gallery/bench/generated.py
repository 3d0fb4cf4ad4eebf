"""A made-up library, written by the database itself: as uneven as real ones, the same each time.

Folders hold days, a day uses a handful of prompts, the scan met the folders in no order of time,
few images are rated. Words of prompts follow Zipf, besides three of known frequency: `common` is
in three of ten prompts, `middling` in one of a hundred, `scarce` in five.
"""

from django.db import connection

from gallery.bench.generated_parts import PARTS, RARE_IMAGES, SAMPLERS
from gallery.models import Collection

IMAGES_A_FOLDER = 98
IMAGES_A_PROMPT = 40
SCARCE_PROMPTS = 5
_SETS = 100

_FOLDERS = """
INSERT INTO gallery_libraryroot (collection_id, path, name, extensions, ignored, parsed_with)
VALUES (%(collection)s, '/generated', 'generated', '{}', '{}', 1);

INSERT INTO gallery_folder (root_id, path, name, depth, image_count, is_available)
SELECT max(id), '', 'generated', 0, 0, true FROM gallery_libraryroot;

INSERT INTO gallery_folder (root_id, parent_id, path, name, depth, image_count, is_available)
SELECT root_id, id, format('set-%%s', n), format('set-%%s', n), 1, 0, true
FROM gallery_folder, generate_series(0, %(sets)s - 1) n WHERE depth = 0;

INSERT INTO gallery_folder (root_id, parent_id, path, name, depth, image_count, is_available)
SELECT root_id, id, format('%%s/day-%%s', path, n), format('day-%%s', n), 2, 0, true
FROM gallery_folder JOIN generate_series(0, %(days)s - 1) n
  ON path = format('set-%%s', n %% %(sets)s)
WHERE depth = 1;
"""

_PROMPTS = """
INSERT INTO gallery_prompt (digest, text)
SELECT md5(n::text)::uuid, concat_ws(', ',
    CASE WHEN n %% 10 < 3 THEN 'common' END,
    CASE WHEN n %% 100 = 7 THEN 'middling' END,
    CASE WHEN n > %(prompts)s - %(scarce)s THEN 'scarce' END,
    (SELECT string_agg('word' || floor(exp(random() * ln(20000) + 0 * w))::text, ' ')
     FROM generate_series(1, 50) w WHERE n > 0))
FROM generate_series(1, %(prompts)s) n;
"""

_IMAGES = """
INSERT INTO gallery_resource (kind, name)
SELECT 'checkpoint', 'checkpoint-' || n FROM generate_series(1, 200) n;

INSERT INTO gallery_image (
    collection_id, folder_id, name, size, mtime_ns, modified_at, created_at, is_available,
    read_version, fingerprint, format, width, height, generator, prompt_id, checkpoint_id,
    seed, steps, cfg_scale, thumbnail_version, rating, is_favourite, is_nsfw, is_for_deletion)
SELECT
    %(collection)s, day.id, format('%%s-%%s.png', lpad(n::text, 8, '0'), place),
    100000 + floor(4e6 * random() ^ 3), extract(epoch FROM at)::bigint * 1000000000,
    at + interval '1 day' * random(), at, random() > 0.01,
    1, gen_random_uuid(), 'png', 832 + 64 * (n %% 8), 1024, 'comfyui',
    prompt.first + CASE WHEN random() < 0.1
        THEN floor(%(prompts)s * random() ^ 3)::bigint
        ELSE (place * 5 + n %% 5) %% %(prompts)s END,
    checkpoint.first + floor(200 * random() ^ 2)::bigint,
    n * 7919, 30, 5.5, 1,
    CASE WHEN random() < 0.03 THEN 1 + floor(10 * random()) END,
    random() < 0.01, random() < 0.05, random() < 0.005
FROM (
    SELECT n, (n - 1) / %(a_folder)s %% %(days)s AS place,
        timestamptz '2023-10-01 00:00Z' + interval '1095 days'
            * ((((n - 1) / %(a_folder)s * 7919) %% %(days)s + random()) / %(days)s) AS at
    FROM generate_series(1::bigint, %(images)s) n
) AS made
JOIN gallery_folder day
  ON day.path = format('set-%%s/day-%%s', made.place %% %(sets)s, made.place)
CROSS JOIN (SELECT min(id) AS first FROM gallery_prompt) AS prompt
CROSS JOIN (SELECT min(id) AS first FROM gallery_resource) AS checkpoint;

UPDATE gallery_folder SET image_count = held.images
FROM (SELECT folder_id, count(*) AS images FROM gallery_image WHERE is_available GROUP BY 1) held
WHERE id = held.folder_id;
"""


def fill(images: int, prompts: int | None = None) -> Collection:
    """Writes `images` rows into an empty database; 1 % of them lie below each folder `set-n`."""
    collection = Collection.objects.create(slug="default", name="Generated")
    days = max(_SETS, images // IMAGES_A_FOLDER)
    numbers: dict[str, int | list[str]] = {
        "collection": collection.pk,
        "images": images,
        "prompts": prompts or max(SCARCE_PROMPTS, images // IMAGES_A_PROMPT),
        "scarce": SCARCE_PROMPTS,
        "sets": _SETS,
        "days": days,
        "a_folder": max(1, images // days),
        "rare": RARE_IMAGES,
        # Spread over all, and four times a whole number: every fourth image has nodes.
        "step": max(4, images // (RARE_IMAGES + 1) // 4 * 4),
        "samplers": list(SAMPLERS),
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.5)")
        for script in (_FOLDERS, _PROMPTS, _IMAGES, PARTS):
            for statement in script.split(";\n"):
                if statement.strip():
                    cursor.execute(statement, numbers)
        cursor.execute("ANALYZE")
    return collection
