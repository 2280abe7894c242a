"""Whether a row can become a student, and if not, everything that is wrong with it.

Pure: what the decision needs to know of the university comes in as a context.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mentoring.lib.spreadsheet_safety import unguarded
from mentoring.participation.reading.faults import Fault, fault
from mentoring.participation.reading.headings import ColumnMapping
from mentoring.participation.reading.limits import REPLACEMENT
from mentoring.participation.reading.names import cleaned, display_name, has_break, has_control
from mentoring.participation.reading.tables import Row, Table

LONGEST_NAME = 150
MOST_PLACES = 20
_LONGEST = {
    "student_number": 32,
    "email": 254,
    "course_code": 32,
    "campus": 64,
    "tutor_group": 64,
    "entry_route": 64,
}
_NAMES = ("given_name", "family_name", "known_as")
# A row of the wrong length may have its cells under the wrong headings, so only what the
# coordinator needs to find and mend it is kept of it.
_KEPT_OF_MISALIGNED = ("student_number", "given_name", "family_name", "email", "course_code", "year_of_study")
_NO_NAME = frozenset({"", ".", "-", "–", "n/a", "none", "x"})
_STUDENT_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9/_.\-]*\Z")
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}\Z"
)
_YEAR = re.compile(r"(?:year|yr|y|blwyddyn|bl)?\s*0?([0-9])(?:\.0)?\Z", re.IGNORECASE)
_MODES = {
    "full_time": {"ft", "full time", "fulltime", "full", "f", "01", "llawn amser", "amser llawn"},
    "part_time": {"pt", "part time", "parttime", "part", "p", "rhan amser"},
    "sandwich": {"sw", "sandwich", "thick sandwich", "thin sandwich", "placement year", "rhyngosod"},
    "distance": {"dl", "distance", "distance learning", "online", "dysgu o bell", "ar lein"},
}
_MODE_OF = {word: mode for mode, words in _MODES.items() for word in words}
_YES = frozenset({"y", "yes", "true", "t", "1", "ydw", "ydy", "oes", "ie", "commuter", "cymudwr"})
_NO = frozenset({"n", "no", "false", "f", "0", "nac ydw", "nac ydy", "nac oes", "na"})


@dataclass(frozen=True)
class StudentContext:
    """What the university knows: its programmes' codes, and its own e-mail domains in lower case."""

    courses: frozenset[str]
    domains: frozenset[str]


@dataclass(frozen=True)
class StudentRow:
    """One student as the file has them, ready to be taken. `course_code` as the university writes it."""

    row: int
    student_number: str
    given_name: str
    family_name: str
    known_as: str
    email: str
    course_code: str
    year_of_study: int
    study_mode: str = ""
    campus: str = ""
    tutor_group: str = ""
    entry_route: str = ""
    commuter: bool | None = None
    deprivation_quintile: int | None = None
    places_offered: int | None = None


@dataclass(frozen=True)
class CheckedStudent:
    """One row of the file after the check: a student, or faults. `cells` are the taken columns' texts."""

    row: int
    cells: dict[str, str]
    student: StudentRow | None
    faults: tuple[Fault, ...]


@dataclass
class _Seen:
    """Where each number and address stood first. The person is told apart by their name."""

    numbers: dict[str, tuple[int, tuple[str, str]]] = field(default_factory=dict)
    emails: dict[str, tuple[int, str]] = field(default_factory=dict)


def check_students(table: Table, mapping: ColumnMapping, context: StudentContext) -> Iterator[CheckedStudent]:
    """Each row with its verdict, in file order; of several alike the first is taken. Raises UnreadableFile."""
    courses = {code.casefold(): code for code in context.courses}
    seen = _Seen()
    for row in table.rows():
        yield _RowCheck(row, mapping).verdict(courses, context.domains, seen)


def kept_cells(row: Row, mapping: ColumnMapping) -> dict[str, str]:
    """The texts of the taken columns, the export's guard taken off."""
    cells = {name: unguarded(cell) for name, cell in mapping.taken(row.cells).items()}
    if len(row.cells) == len(mapping.headings):
        return cells
    return {name: cell for name, cell in cells.items() if name in _KEPT_OF_MISALIGNED}


class Check:
    """The faults of one row as they are found. A column has at most one: the first."""

    def __init__(self, row: Row, mapping: ColumnMapping) -> None:
        self.row = row
        self.mapping = mapping
        self.cells = kept_cells(row, mapping)
        self.texts = {name: cleaned(cell) for name, cell in self.cells.items()}
        self.faults: dict[str, Fault] = {}

    def text(self, name: str) -> str:
        return self.texts.get(name, "")

    def add(self, name: str, code: str, *, value: object = "", most: int = 0, other: int = 0) -> None:
        found = fault(self.row.number, self.mapping.heading_of(name), code, value=value, most=most, other=other)
        self.faults.setdefault(name, found)

    def length(self) -> bool:
        """Whether the row has as many cells as there are headings; a fault of the whole row otherwise."""
        count, wanted = len(self.row.cells), len(self.mapping.headings)
        if count != wanted:
            self.add("", "short" if count < wanted else "long", value=count, most=wanted)
        return count == wanted

    def characters(self) -> None:
        for name, cell in self.cells.items():
            if name in _NAMES and has_break(cell):
                self.add(name, "name_break")
            elif REPLACEMENT in cell or has_control(cell):
                self.add(name, "unreadable")

    def lengths(self, longest: dict[str, int]) -> None:
        for name, most in longest.items():
            if len(self.text(name)) > most:
                self.add(name, "too_long", most=most)


class _RowCheck(Check):
    """The check of one student's row."""

    def verdict(self, courses: dict[str, str], domains: frozenset[str], seen: _Seen) -> CheckedStudent:
        if self.length():
            self.characters()
            self.lengths(_LONGEST)
            self._names()
            self._number()
            self._email(domains)
            self._course(courses)
            self._year()
            self._places()
            self._repeated(seen)
        faults = tuple(self.faults.values())
        return CheckedStudent(self.row.number, self.cells, None if faults else self._student(courses), faults)

    def _person(self) -> tuple[str, str, str]:
        """Given name, family name, known as. A mononym is a given name, whichever column has it."""
        given, family, known_as = ("" if self.text(name).casefold() in _NO_NAME else self.text(name) for name in _NAMES)
        return (given, family, known_as) if given else (family, "", known_as)

    def _names(self) -> None:
        for name in _NAMES:
            if len(self.text(name)) > LONGEST_NAME:
                self.add(name, "name_too_long", most=LONGEST_NAME)
        if not self._person()[0]:
            self.add("given_name", "no_name")

    def _number(self) -> None:
        number = self.text("student_number")
        if not number:
            self.add("student_number", "no_student_number")
        elif not _STUDENT_NUMBER.match(number):
            self.add("student_number", "malformed_student_number", value=number)

    def _email(self, domains: frozenset[str]) -> None:
        email = self.text("email")
        if not email:
            self.add("email", "no_email")
        elif not _EMAIL.match(email):
            self.add("email", "malformed_email", value=email)
        elif email.lower().rpartition("@")[2] not in domains:
            self.add("email", "foreign_email", value=email)

    def _course(self, courses: dict[str, str]) -> None:
        code = self.text("course_code")
        if not code:
            self.add("course_code", "no_course")
        elif code.casefold() not in courses:
            self.add("course_code", "unknown_course", value=code)

    def _year(self) -> None:
        year = self.text("year_of_study")
        if not year:
            self.add("year_of_study", "no_year")
        elif not _YEAR.match(year):
            self.add("year_of_study", "malformed_year", value=year)

    def _places(self) -> None:
        places = self.text("places_offered")
        if places and _places(places) is None:
            self.add("places_offered", "malformed_places", value=places, most=MOST_PLACES)

    def _repeated(self, seen: _Seen) -> None:
        """The first row of a number or an address stands; a later one is a fault, whatever else it is."""
        number, email = self.text("student_number").casefold(), self.text("email")
        person = (self._person()[0].casefold(), self._person()[1].casefold())
        if number and (earlier := seen.numbers.get(number)):
            self.add("student_number", "same_student" if earlier[1] == person else "same_number", other=earlier[0])
        elif email and (before := seen.emails.get(email.lower())):
            code = "same_email" if before[1] == email else "same_email_other_case"
            self.add("email", code, other=before[0])
        if number:
            seen.numbers.setdefault(number, (self.row.number, person))
        if email:
            seen.emails.setdefault(email.lower(), (self.row.number, email))

    def _student(self, courses: dict[str, str]) -> StudentRow:
        given, family, known_as = self._person()
        year = _YEAR.match(self.text("year_of_study"))
        shouted = family.isupper() and given.isupper() and len(given) > 2
        return StudentRow(
            row=self.row.number,
            student_number=self.text("student_number"),
            given_name=display_name(given) if shouted else given,
            family_name=display_name(family),
            known_as=known_as,
            email=self.text("email").lower(),
            course_code=courses[self.text("course_code").casefold()],
            year_of_study=int(year[1]) if year else 0,
            study_mode=study_mode_of(self.text("study_mode")),
            campus=self.text("campus"),
            tutor_group=self.text("tutor_group"),
            entry_route=self.text("entry_route"),
            commuter=_yes_or_no(self.text("commuter")),
            deprivation_quintile=_quintile(self.text("deprivation_quintile")),
            places_offered=_places(self.text("places_offered")),
        )


def study_mode_of(text: str) -> str:
    """One of our four modes; nothing for a code that we do not know, as nothing is decided by it alone."""
    return _MODE_OF.get(re.sub(r"[\s\-_/]+", " ", text.casefold()), "")


def _yes_or_no(text: str) -> bool | None:
    word = text.casefold()
    return True if word in _YES else False if word in _NO else None


def _quintile(text: str) -> int | None:
    """1 (least likely to go to university) to 5; what is not known stays unknown."""
    match = re.fullmatch(r"(?:q|quintile|cwintel)?\s*([1-5])(?:\.0)?", text.casefold())
    return int(match[1]) if match else None


def _places(text: str) -> int | None:
    match = re.fullmatch(r"0*([0-9]{1,3})(?:\.0)?", text)
    return int(match[1]) if match and int(match[1]) <= MOST_PLACES else None
