import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("calls", "0005_calls_of_offers")]

    operations = [
        migrations.AlterField(
            model_name="offer",
            name="call",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="offers", to="calls.call"
            ),
        ),
    ]
