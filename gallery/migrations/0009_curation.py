
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('gallery', '0008_resource_former_names'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Album',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.TextField()),
                ('is_smart', models.BooleanField(default=False)),
                ('params', models.JSONField(blank=True, default=dict, help_text='Of a smart one: `ResultQuery.to_params`.')),
                ('position', models.FloatField(default=0, help_text='In the sidebar.')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name='AlbumImage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.FloatField()),
                ('added_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name='FileAct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.TextField(choices=[('move', 'Move'), ('copy', 'Copy'), ('trash', 'Trash')])),
                ('state', models.TextField(choices=[('planned', 'Planned'), ('doing', 'under way'), ('done', 'Done'), ('undone', 'Undone'), ('refused', 'Refused')], default='planned')),
                ('source', models.TextField()),
                ('target', models.TextField(blank=True, default='')),
                ('sidecars', models.JSONField(default=list, help_text='Pairs of names, from and to.')),
                ('problem', models.TextField(blank=True, default='')),
                ('changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name='HistoryEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), help_text='When it came to this state.')),
                ('action', models.TextField(help_text='Its name in `gallery.actions`.')),
                ('params', models.JSONField(default=dict)),
                ('sentence', models.TextField(help_text="In the past tense: '412 images rated 8'.")),
                ('state', models.TextField(choices=[('doing', 'under way'), ('done', 'Done'), ('undoing', 'being undone'), ('undone', 'Undone'), ('stopped', 'stopped half way')], default='doing')),
                ('image_count', models.PositiveIntegerField(default=0, help_text='That it changed.')),
                ('refused', models.JSONField(default=list, help_text='What it, or its undoing, could not do and why: pairs.')),
                ('refused_count', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='HistoryPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('image_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('before', models.JSONField(null=True)),
                ('after', models.JSONField(null=True)),
                ('is_undone', models.BooleanField(db_default=False, default=False)),
            ],
        ),
        migrations.CreateModel(
            name='ImageEdit',
            fields=[
                ('image', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='edit', serialize=False, to='gallery.image')),
                ('note', models.TextField(blank=True, db_default='', default='')),
                ('has_prompt', models.BooleanField(db_default=False, default=False)),
                ('has_negative_prompt', models.BooleanField(db_default=False, default=False)),
                ('edited_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('name', models.TextField(primary_key=True, serialize=False)),
                ('value', models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name='Selection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.UUIDField(unique=True)),
                ('params', models.JSONField(default=dict, help_text='`ResultQuery.to_params` of the result.')),
                ('is_all', models.BooleanField(default=False)),
                ('image_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('newest_id', models.BigIntegerField(default=0, help_text='With `is_all`: images that came later are not meant.')),
                ('used_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name='Viewing',
            fields=[
                ('image', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='viewing', serialize=False, to='gallery.image')),
                ('viewed_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='caption',
            name='words',
            field=models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.SearchVector(models.Func(django.db.models.functions.text.Left(models.F('text'), 100000), models.Value('/<>:()[]{}|\\_.@&=~+*'), models.Value('                    '), function='translate', output_field=models.TextField()), config='simple'), output_field=django.contrib.postgres.search.SearchVectorField()),
        ),
        migrations.AddField(
            model_name='image',
            name='is_nsfw_said',
            field=models.BooleanField(db_default=False, default=False, help_text='A person decided `is_nsfw`, so that no word of its prompt does.'),
        ),
        migrations.AddField(
            model_name='imagetag',
            name='is_denied',
            field=models.BooleanField(db_default=False, default=False, help_text='A person took it away: it does not show the tag, whoever says so.'),
        ),
        migrations.AddIndex(
            model_name='caption',
            index=django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['words'], name='caption_words_gin'),
        ),
        migrations.AddIndex(
            model_name='image',
            index=models.Index(condition=models.Q(('seed__isnull', False)), fields=['seed'], name='image_seed'),
        ),
        migrations.AddField(
            model_name='album',
            name='collection',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='albums', to='gallery.collection'),
        ),
        migrations.AddField(
            model_name='album',
            name='cover',
            field=models.ForeignKey(blank=True, help_text='NULL takes the first image.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='gallery.image'),
        ),
        migrations.AddField(
            model_name='albumimage',
            name='album',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='gallery.album'),
        ),
        migrations.AddField(
            model_name='albumimage',
            name='image',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='albums', to='gallery.image'),
        ),
        migrations.AddField(
            model_name='fileact',
            name='image',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='gallery.image'),
        ),
        migrations.AddField(
            model_name='historyentry',
            name='collection',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='history', to='gallery.collection'),
        ),
        migrations.AddField(
            model_name='historyentry',
            name='user',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='fileact',
            name='entry',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='file_acts', to='gallery.historyentry'),
        ),
        migrations.AddField(
            model_name='historypart',
            name='entry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='gallery.historyentry'),
        ),
        migrations.AddField(
            model_name='imageedit',
            name='recorded_negative_prompt',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='gallery.prompt'),
        ),
        migrations.AddField(
            model_name='imageedit',
            name='recorded_prompt',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='gallery.prompt'),
        ),
        migrations.AddField(
            model_name='selection',
            name='collection',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='gallery.collection'),
        ),
        migrations.AddIndex(
            model_name='viewing',
            index=models.Index(fields=['-viewed_at', 'image'], name='viewing_latest'),
        ),
        migrations.AddConstraint(
            model_name='album',
            constraint=models.UniqueConstraint(fields=('collection', 'name'), name='album_name_unique'),
        ),
        migrations.AddIndex(
            model_name='albumimage',
            index=models.Index(fields=['album', 'position', 'image'], name='albumimage_order'),
        ),
        migrations.AddConstraint(
            model_name='albumimage',
            constraint=models.UniqueConstraint(fields=('album', 'image'), name='albumimage_unique'),
        ),
        migrations.AddIndex(
            model_name='historyentry',
            index=models.Index(fields=['collection', '-id'], name='historyentry_newest'),
        ),
        migrations.AddIndex(
            model_name='fileact',
            index=models.Index(fields=['entry', 'state', 'id'], name='fileact_entry'),
        ),
        migrations.AddIndex(
            model_name='selection',
            index=models.Index(fields=['used_at'], name='selection_used'),
        ),
    ]
