"""What import contracts cannot see: foreign keys point down a layer too."""

from pathlib import Path

from django.apps import apps
from django.conf import settings

LAYERS = ["agents", "ivr", "calls"]  # from the bottom up


def upward(layers):
    """Every relation whose model lies in a lower layer than the model it points to."""
    return {
        (model._meta.label, field.name, field.related_model._meta.label)
        for place, layer in enumerate(layers)
        for model in apps.get_app_config(layer).get_models()
        for field in model._meta.get_fields()
        if field.is_relation
        and not field.auto_created
        and field.related_model._meta.app_label in layers[place + 1 :]
    }


def test_foreign_keys_point_down():
    assert upward(LAYERS) == set()


def test_a_foreign_key_that_points_up_would_be_seen():
    turned_over = upward(LAYERS[::-1])

    assert ("calls.Call", "flow_version", "ivr.FlowVersion") in turned_over
    assert ("calls.Queue", "agents", "agents.Agent") in turned_over


def test_every_app_of_ours_has_its_layer():
    root = Path(settings.BASE_DIR)
    ours = {app.label for app in apps.get_app_configs() if Path(app.path).parent == root}

    assert ours == set(LAYERS)
