"""How allauth keeps second steps: their secrets encrypted as confidential fields are, under the same keys."""

from allauth.mfa.adapter import DefaultMFAAdapter

from mentoring.credentials.sealing import opened, sealed


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps and seeds of recovery codes lie in the database under a key that it lacks."""

    def encrypt(self, text: str) -> str:
        return sealed(text)

    def decrypt(self, encrypted_text: str) -> str:
        return opened(encrypted_text)
