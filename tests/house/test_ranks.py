"""A foreign key points down the arrows: a string key such as "matching.Match" escapes the linter."""

from django.apps import apps

RANKS = [
    {"accounts"},
    {"schemes"},
    {"lib"},
    {"messaging"},
    {"participation", "federation", "credentials"},
    {"events"},
    {"recruitment", "training", "agreements"},
    {"matching"},
    {"confidences"},
    {"contacts", "concerns", "support"},
    {"safeguarding"},
    {"nudges", "recognition", "evaluation", "protection", "announcements"},
    {"portal", "console"},
    {"demo"},
]
RANK = {label: rank for rank, labels in enumerate(RANKS) for label in labels}


def test_foreign_keys_point_down_or_stay() -> None:
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models()
        if model._meta.app_label in RANK
        for field in model._meta.get_fields()
        if field.concrete
        and field.is_relation
        and field.related_model._meta.app_label in RANK
        and field.related_model._meta.app_label != model._meta.app_label
        and RANK[field.related_model._meta.app_label] >= RANK[model._meta.app_label]
    ]
    assert upward == []


def test_every_app_has_a_rank() -> None:
    ours = {c.label for c in apps.get_app_configs() if c.name.split(".")[0] in {"accounts", "schemes", "mentoring"}}
    assert ours - set(RANK) == set()
