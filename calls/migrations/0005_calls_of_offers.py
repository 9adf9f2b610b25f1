from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    """What an offer had from its wait so far, it has itself now."""
    Offer = apps.get_model("calls", "Offer")
    entries = apps.get_model("calls", "QueueEntry").objects.filter(id=OuterRef("entry"))
    Offer.objects.filter(call=None).update(
        call=Subquery(entries.values("call")[:1]),
        ring_seconds=Subquery(entries.values("offer_seconds")[:1]),
        wrap_up_seconds=Subquery(entries.values("wrap_up_seconds")[:1]),
    )


class Migration(migrations.Migration):

    dependencies = [("calls", "0004_talks")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
