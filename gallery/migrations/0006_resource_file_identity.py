import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('gallery', '0005_strips'),
    ]

    operations = [
        migrations.AddField(
            model_name='resourcefile',
            name='fingerprint',
            field=models.UUIDField(blank=True, help_text='As of images: tells a moved file again.', null=True),
        ),
        migrations.AddField(
            model_name='resourcefile',
            name='beside_stamp',
            field=models.BigIntegerField(blank=True, help_text='Of JSON and picture beside it.', null=True),
        ),
        migrations.AddField(
            model_name='resourcefile',
            name='stated_hashes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, help_text='As header and JSON beside it state them, of any form; lower-case hex.', size=None),
        ),
        migrations.AddField(
            model_name='resourcefile',
            name='aliases',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, help_text='Other names by which images call it, case folded.', size=None),
        ),
        migrations.AddField(
            model_name='resourcefile',
            name='is_hash_wanted',
            field=models.BooleanField(db_default=False, default=False, help_text='It would tell whether recorded uses mean it.'),
        ),
        migrations.AlterField(
            model_name='resourcefile',
            name='preview',
            field=models.TextField(blank=True, default='', help_text='Name of the picture beside it.'),
        ),
    ]
