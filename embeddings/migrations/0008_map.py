import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('embeddings', '0003_near_vectors'),
        ('gallery', '0011_file_acts_know_places'),
    ]

    operations = [
        migrations.CreateModel(
            name='MapDrawing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model_key', models.TextField(help_text='Whose vectors in the space clip_h were drawn.')),
                ('method', models.TextField(choices=[('umap', 'Umap'), ('pca', 'Pca')])),
                ('image_count', models.PositiveIntegerField()),
                ('sample_count', models.PositiveIntegerField(help_text='So many the layout was fitted to.')),
                ('group_count', models.PositiveIntegerField(help_text='Where points crowd, apart from each other.')),
                ('drawn_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('collection', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='gallery.collection')),
            ],
        ),
        migrations.CreateModel(
            name='MapPoint',
            fields=[
                ('image', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='gallery.image')),
                ('x', models.SmallIntegerField()),
                ('y', models.SmallIntegerField()),
                ('drawing', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='points', to='embeddings.mapdrawing')),
            ],
        ),
        # The database removes a point with its image, whoever deletes that.
        migrations.RunSQL(
            'ALTER TABLE embeddings_mappoint ADD CONSTRAINT embeddings_mappoint_owner '
            'FOREIGN KEY (image_id) REFERENCES gallery_image (id) ON DELETE CASCADE',
            'ALTER TABLE embeddings_mappoint DROP CONSTRAINT embeddings_mappoint_owner',
        ),
        migrations.AddConstraint(
            model_name='mapdrawing',
            constraint=models.UniqueConstraint(fields=('collection',), name='mapdrawing_unique'),
        ),
    ]
