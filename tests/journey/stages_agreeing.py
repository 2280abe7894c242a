"""Stage 9: texts are accepted, with receipts; a new version asks again."""

from mentoring.agreements.models import Acceptance, AgreementText
from tests.journey.conftest import Visitor, subject_is, words_of
from tests.journey.year import NIA, Year

TEXTS = ("Role description", "Code of conduct", "Mentoring agreement")


def accept(visitor: Visitor, title: str) -> str:
    """Read one text to its end and accept it; the receipt's number."""
    page = visitor.go("/my/agreements/")
    visitor.follow(title)
    page.get_by_role("heading", name=title, level=1).wait_for()
    visitor.does_not_see("{floor}", "{coordinators}", "{scheme_lead}")
    visitor.press("Accept")
    page.get_by_role("link", name="Tick the box when you have read it").wait_for()
    page.get_by_role("checkbox", name="I have read this and I accept it").check()
    visitor.press("Accept")
    notice = page.get_by_text("Thank you. Your receipt is").inner_text()
    return notice.split("receipt is ")[1].strip(". ")


def agree(year: Year) -> None:
    """Both sides accept; the names of coordinators and the scheme lead stand in the text."""
    nia, wisher = year.person(NIA), year.mentees(1)[0]
    receipts = [accept(nia, title) for title in TEXTS]
    assert sorted(Acceptance.objects.values_list("receipt", flat=True)) == sorted(receipts)
    mail = year.mailbox.wait_for(NIA, subject_is("Your receipt: code of conduct"))
    assert receipts[1] in words_of(mail)
    nia.go("/my/agreements/agreement/")
    nia.sees("Sam")
    nia.sees("Mina")
    accept(year.person(wisher.user.email), "Code of conduct")

    page = year.sam.go("/admin/agreements/")
    page.get_by_role("link", name="code of conduct").click()
    words = page.get_by_label("The text")
    words.fill(words.input_value() + "\n\n- We are on time.")
    year.sam.press("Preview")
    year.sam.sees("This becomes version 2")
    assert AgreementText.objects.filter(kind="code-of-conduct").count() == 1
    year.sam.press("Publish this version")
    year.sam.sees("Published. Everybody it concerns is asked to accept it")

    nia.go("/my/agreements/")
    nia.sees("Changed: read again")
    accept(nia, "Code of conduct")
    nia.does_not_see("Changed: read again")
    versions = Acceptance.objects.filter(participant__user__email=NIA, text__kind="code-of-conduct")
    assert sorted(versions.values_list("text__version", flat=True)) == [1, 2]
