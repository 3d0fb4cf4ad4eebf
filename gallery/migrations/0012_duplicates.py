import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('gallery', '0011_file_acts_know_places'),
    ]

    operations = [
        migrations.CreateModel(
            name='DuplicateGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.TextField(help_text='Its name in `gallery.duplicates.channels`.')),
                ('distance', models.FloatField(help_text='The largest of a member to the keeper.')),
                ('state', models.TextField(choices=[('open', 'Open'), ('decided', 'Decided'), ('dismissed', 'no duplicates')], default='open')),
                ('is_confirmed', models.BooleanField(default=False, help_text='The files were read whole.')),
                ('found_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('collection', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='duplicates', to='gallery.collection')),
                ('keeper', models.ForeignKey(blank=True, help_text='Suggested when it was found.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='gallery.image')),
            ],
        ),
        migrations.CreateModel(
            name='DuplicateMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('distance', models.FloatField(help_text='To the keeper.')),
                ('group', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='members', to='gallery.duplicategroup')),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='gallery.image')),
            ],
        ),
        migrations.AddIndex(
            model_name='duplicategroup',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['collection', 'id'], name='duplicategroup_open'),
        ),
        migrations.AddIndex(
            model_name='duplicategroup',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['collection', 'channel', 'id'], name='duplicategroup_channel'),
        ),
        migrations.AddIndex(
            model_name='duplicategroup',
            index=models.Index(condition=models.Q(('state', 'dismissed')), fields=['collection'], name='duplicategroup_dismissed'),
        ),
        migrations.AddConstraint(
            model_name='duplicatemember',
            constraint=models.UniqueConstraint(fields=('group', 'image'), name='duplicatemember_unique'),
        ),
    ]
