"""Notes leave the contact log for rows of their own, each under the permission that was given for it."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

OVER = "ended"


def move_out(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """A permission for each live match of a mentee who had given one, and the notes with it; sensitive to be safe."""
    Note, Permission = apps.get_model("confidences", "Note"), apps.get_model("confidences", "NotePermission")
    for consent in apps.get_model("accounts", "Consent").objects.filter(kind="notes", withdrawn_at=None):
        live = apps.get_model("matching", "Match").objects.exclude(state=OVER).filter(mentee__user=consent.person_id)
        for match in live:
            Permission.objects.create(match=match, consent=consent, given_at=consent.given_at)
    for contact in apps.get_model("contacts", "Contact").objects.iterator():
        match = contact.matches.order_by("pk").first() if contact.note else None
        if match is not None:
            Note.objects.create(
                match=match, text=contact.note, is_sensitive=True, form_key=contact.form_key,
                written_at=contact.logged_at, changed_at=contact.corrected_at,
            )  # fmt: skip


def move_back(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The notes that came with a contact are its own again."""
    Contact = apps.get_model("contacts", "Contact")
    for note in apps.get_model("confidences", "Note").objects.filter(sealed_at=None):
        for contact in Contact.objects.filter(form_key=note.form_key):
            contact.note = note.text
            contact.save(update_fields=["note"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_two_languages"),
        ("confidences", "0001_notes_and_understandings"),
        ("contacts", "0002_meetings_and_questions"),
    ]

    operations = [
        migrations.RunPython(move_out, move_back),
        migrations.RemoveField(model_name="contact", name="note"),
    ]
