from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('gallery', '0013_families'),
    ]

    operations = [
        migrations.AlterField(
            model_name='fileact',
            name='kind',
            field=models.TextField(choices=[('move', 'Move'), ('copy', 'Copy'), ('trash', 'Trash'), ('convert', 'Convert')]),
        ),
    ]
