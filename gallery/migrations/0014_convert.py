from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('gallery', '0012_duplicates'),
    ]

    operations = [
        migrations.AlterField(
            model_name='fileact',
            name='kind',
            field=models.TextField(choices=[('move', 'Move'), ('copy', 'Copy'), ('trash', 'Trash'), ('convert', 'Convert')]),
        ),
    ]
