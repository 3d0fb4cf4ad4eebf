import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('gallery', '0003_imported_sidecars'),
    ]

    operations = [
        migrations.AddField(
            model_name='folder',
            name='is_mount_point',
            field=models.BooleanField(db_default=False, default=False, help_text='Another drive was mounted here: empty without it, not emptied.'),
        ),
        migrations.CreateModel(
            name='Arrival',
            fields=[
                ('image', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='arrival', serialize=False, to='gallery.image')),
                ('waits_for', models.ForeignKey(blank=True, help_text='Where it may have come from; nobody can tell until that was scanned once more.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='gallery.libraryroot')),
                ('noticed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.AddIndex(
            model_name='imageversion',
            index=models.Index(fields=['fingerprint'], name='imageversion_fingerprint'),
        ),
    ]
