"""Whoever adds a model or a column decides whether it holds what people say."""

from django.apps import apps

from gallery.backup import register
from gallery.backup.records import KINDS

OURS = {"gallery", "embeddings", "jobs"}


def test_every_model_is_carried_or_left_for_a_reason():
    models = {model._meta.label for app in OURS for model in apps.get_app_config(app).get_models()}
    assert not set(register.CARRIED) & set(register.LEFT)
    undecided = models - set(register.CARRIED) - set(register.LEFT)
    assert not undecided, "say in gallery.backup.register where a backup has them, or why not"
    assert all(register.LEFT.values())


def test_every_column_of_what_is_carried_is_decided_too():
    for label, held in register.CARRIED.items():
        columns = {field.name for field in apps.get_model(label)._meta.concrete_fields}
        assert held.kind in KINDS
        assert set(held.carried) | set(held.left) == columns, label
        assert not set(held.carried) & set(held.left), label
