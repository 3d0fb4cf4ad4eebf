"""Made while the tables are empty; after bulk loads `embeddings.services.indexes` builds them."""

import pgvector.django.indexes
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('embeddings', '0002_constraints'),
        ('gallery', '0011_file_acts_know_places'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='captionvector',
            index=pgvector.django.indexes.HnswIndex(ef_construction=128, fields=['vector'], m=16, name='captionvector_near', opclasses=['halfvec_cosine_ops']),
        ),
        migrations.AddIndex(
            model_name='clipgvector',
            index=pgvector.django.indexes.HnswIndex(ef_construction=128, fields=['vector'], m=16, name='clipgvector_near', opclasses=['halfvec_cosine_ops']),
        ),
        migrations.AddIndex(
            model_name='cliphvector',
            index=pgvector.django.indexes.HnswIndex(ef_construction=128, fields=['vector'], m=16, name='cliphvector_near', opclasses=['halfvec_cosine_ops']),
        ),
        migrations.AddIndex(
            model_name='cliplvector',
            index=pgvector.django.indexes.HnswIndex(ef_construction=128, fields=['vector'], m=16, name='cliplvector_near', opclasses=['halfvec_cosine_ops']),
        ),
        migrations.AddIndex(
            model_name='negativevector',
            index=pgvector.django.indexes.HnswIndex(ef_construction=128, fields=['vector'], m=16, name='negativevector_near', opclasses=['halfvec_cosine_ops']),
        ),
        migrations.AddIndex(
            model_name='promptvector',
            index=pgvector.django.indexes.HnswIndex(ef_construction=128, fields=['vector'], m=16, name='promptvector_near', opclasses=['halfvec_cosine_ops']),
        ),
    ]
