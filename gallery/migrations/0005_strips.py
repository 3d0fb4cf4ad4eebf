from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('gallery', '0004_moves_and_mounts'),
    ]

    operations = [
        migrations.AddField(
            model_name='image',
            name='strip_of',
            field=models.UUIDField(blank=True, help_text='The fingerprint whose moving preview was made; NULL has none.', null=True),
        ),
    ]
