"""The papers say what the registry says."""

from pathlib import Path

from django.conf import settings

from mentoring.protection.papers import FOLDER, papers


def test_papers_are_as_the_registry_has_it() -> None:
    """After a change of the registry: ``manage.py data_papers``."""
    stale = [name for name, text in papers().items() if Path(settings.BASE_DIR, FOLDER, name).read_text() != text]
    assert stale == []


def test_every_special_field_is_in_the_annex() -> None:
    annex = papers()["impact-assessment-annex.md"]
    for field in (
        "participation.Wishes.told",
        "confidences.Note.text",
        "concerns.Concern.text",
        "support.MeetingNote.text",
    ):
        assert f"`{field}`" in annex
