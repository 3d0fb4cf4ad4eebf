"""Graphs are built with more care. Those that stand go on with it for what comes from now on."""

import pgvector.django.indexes
from django.db import migrations

MODELS = (
    "captionvector",
    "clipgvector",
    "cliphvector",
    "cliplvector",
    "negativevector",
    "promptvector",
)
SET = "ALTER INDEX IF EXISTS {}_near SET (ef_construction = {})"


def near(model):
    return pgvector.django.indexes.HnswIndex(
        ef_construction=256,
        fields=["vector"],
        m=16,
        name=f"{model}_near",
        opclasses=["halfvec_cosine_ops"],
    )


class Migration(migrations.Migration):
    dependencies = [("embeddings", "0009_what_is_described")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    [SET.format(model, 256) for model in MODELS],
                    [SET.format(model, 128) for model in MODELS],
                )
            ],
            state_operations=[
                operation
                for model in MODELS
                for operation in (
                    migrations.RemoveIndex(model, f"{model}_near"),
                    migrations.AddIndex(model, near(model)),
                )
            ],
        )
    ]
