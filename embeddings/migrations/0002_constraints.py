"""Vectors vanish with their subject, whoever deletes it; and lie in their rows: a vector beside its
row costs an exact scan a second read for each."""

from django.db import migrations

OWNERS = [
    ("embeddings_promptvector", "prompt_id", "gallery_prompt", "CASCADE"),
    ("embeddings_negativevector", "prompt_id", "gallery_prompt", "CASCADE"),
    ("embeddings_cliplvector", "prompt_id", "gallery_prompt", "CASCADE"),
    ("embeddings_clipgvector", "prompt_id", "gallery_prompt", "CASCADE"),
    ("embeddings_captionvector", "description_id", "embeddings_description", "CASCADE"),
    ("embeddings_cliphvector", "image_id", "gallery_image", "CASCADE"),
    ("embeddings_imagedescription", "image_id", "gallery_image", "CASCADE"),
    ("embeddings_probe", "image_id", "gallery_image", "SET NULL"),
]
VECTORS = [table for table, *_ in OWNERS if table.endswith("vector")]


def constraint(table, column, owner, what):
    name = f"{table}_owner"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}) "
        f"REFERENCES {owner} (id) ON DELETE {what}",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    dependencies = [("embeddings", "0001_initial"), ("gallery", "0011_file_acts_know_places")]

    operations = [
        *(constraint(*owner) for owner in OWNERS),
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} ALTER COLUMN vector SET STORAGE PLAIN",
                f"ALTER TABLE {table} ALTER COLUMN vector SET STORAGE EXTERNAL",
            )
            for table in VECTORS
        ),
    ]
