"""What hangs on the images of the made-up library: samplers, LoRAs, nodes and tags.

`rare` ones are on the same number of images at any size, so that what they find is as small in a
million as in ten thousand.
"""

RARE_IMAGES = 60
RARE_LORA = "lora-rare"
RARE_TAG = "tag-rare"
RARE_NODE_VALUE = "rare value of a node"
COMMON_LORA = "lora-1"
SAMPLERS = ("Euler", "Euler a", "DPM++ 2M", "DPM++ 2M Karras", "DPM++ SDE", "DDIM", "UniPC")

PARTS = """
UPDATE gallery_image SET
    sampler = (%(samplers)s::text[])[1 + (id %% 7)], scheduler = 'karras', steps = 15 + id %% 30;

INSERT INTO gallery_resource (kind, name)
SELECT 'lora', 'lora-' || n FROM generate_series(1, 100) n;

INSERT INTO gallery_resource (kind, name) VALUES ('lora', 'lora-rare');

INSERT INTO gallery_imageresource (image_id, resource_id, position, weight, recorded_hash)
SELECT image.id, lora.first + floor(100 * ((image.id * 7919) %% 1000 / 1000.0) ^ 2)::bigint,
    0, round((0.3 + (image.id %% 8) / 10.0)::numeric, 1), ''
FROM gallery_image AS image
CROSS JOIN (SELECT min(id) AS first FROM gallery_resource WHERE kind = 'lora') AS lora
WHERE image.id %% 2 = 0;

INSERT INTO gallery_imageresource (image_id, resource_id, position, weight, recorded_hash)
SELECT image.id, (SELECT id FROM gallery_resource WHERE name = 'lora-rare'), 1, 0.8, ''
FROM gallery_image AS image
WHERE image.id IN (SELECT id * %(step)s FROM generate_series(1, %(rare)s) AS id);

INSERT INTO gallery_tag (name, category)
SELECT 'tag-' || n, 'general' FROM generate_series(1, 1000) n;

INSERT INTO gallery_tag (name, category) VALUES ('tag-rare', 'general');

INSERT INTO gallery_imagetag (image_id, tag_id, source, position)
SELECT DISTINCT image.id, tag.first + floor(1000 * random() ^ 3)::bigint, 'sidecar', n
FROM gallery_image AS image CROSS JOIN generate_series(1, 3) n
CROSS JOIN (SELECT min(id) AS first FROM gallery_tag) AS tag
WHERE image.id %% 4 = 0
ON CONFLICT DO NOTHING;

INSERT INTO gallery_imagetag (image_id, tag_id, source, position)
SELECT image.id, (SELECT id FROM gallery_tag WHERE name = 'tag-rare'), 'sidecar', 9
FROM gallery_image AS image
WHERE image.id IN (SELECT id * %(step)s + 1 FROM generate_series(1, %(rare)s) AS id);

INSERT INTO gallery_nodevalue (digest, node_class, name, value)
SELECT md5('value ' || n)::uuid, 'KSampler', 'sampler_name', 'value ' || n
FROM generate_series(1, 5000) n;

INSERT INTO gallery_nodevalue (digest, node_class, name, value)
VALUES (md5('rare')::uuid, 'CLIPTextEncode', 'text', 'rare value of a node');

INSERT INTO gallery_imagenodes (image_id, value_ids)
SELECT image.id, ARRAY[value.first + image.id %% 5000, value.first + image.id * 7 %% 5000,
    value.first + image.id * 13 %% 50]
    || CASE WHEN image.id %% %(step)s = 0 AND image.id <= %(step)s * %(rare)s
        THEN ARRAY[value.first + 5000] ELSE '{}' END
FROM gallery_image AS image
CROSS JOIN (SELECT min(id) AS first FROM gallery_nodevalue) AS value
WHERE image.id %% 4 = 0;
"""
