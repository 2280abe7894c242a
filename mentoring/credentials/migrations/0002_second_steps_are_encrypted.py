from django.db import migrations

from mentoring.credentials.sealing import is_sealed, opened, sealed, with_secrets


def encrypt(apps, schema_editor):
    _rewrite(apps, lambda text: text if is_sealed(text) else sealed(text))


def decrypt(apps, schema_editor):
    _rewrite(apps, opened)


def _rewrite(apps, change):
    rows = apps.get_model("mfa", "Authenticator").objects.select_for_update().order_by("pk")
    for row in rows.iterator(chunk_size=500):
        row.data = with_secrets(row.data, change)
        row.save(update_fields=["data"])


class Migration(migrations.Migration):
    """Secrets of second steps lay in the database as they are. Old rows are encrypted; backwards they are plain again."""

    dependencies = [
        ("credentials", "0001_changes_to_accounts"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(encrypt, decrypt)]
