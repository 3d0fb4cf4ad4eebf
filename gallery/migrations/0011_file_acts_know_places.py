from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('gallery', '0010_tag_aliases'),
    ]

    operations = [
        migrations.AddField(
            model_name='fileact',
            name='known',
            field=models.JSONField(default=dict, help_text='Places by root, and what was made of it.'),
        ),
        migrations.AlterField(
            model_name='fileact',
            name='sidecars',
            field=models.JSONField(default=list, help_text='Names from and to, and how: triples.'),
        ),
    ]
