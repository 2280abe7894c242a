"""The Welsh catalogue: kept in step with the source, compiled, and checked.

python -m mentoring.lib.translations            takes in new sentences, drops old ones, compiles, lists what is missing
python -m mentoring.lib.translations --check    writes nothing; ends with 1 if anything is missing or wrong
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import polib

from mentoring.lib.extraction import Sentence, sentences

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "locale" / "cy" / "LC_MESSAGES" / "django.po"
FORMS = 4  # Django's for Welsh: 1; 2; 8 and 11 last; all others third
METADATA = {
    "Project-Id-Version": "peer-mentoring",
    "Language": "cy",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=4; plural=(n==1) ? 0 : (n==2) ? 1 : (n != 8 && n != 11) ? 2 : 3;",
}
# What a translation may move about but not change: %(name)s, %s, {name}, and tags.
_MARKS = re.compile(r"%(?:\(\w+\))?[sdif]|%%|\{\w*\}|</?[a-z][^>]*>|&\w+;")


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m mentoring.lib.translations", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only compare, and end with 1 if something is wrong")
    check = parser.parse_args(argv).check
    wanted = sentences(ROOT)
    if not check:
        write(CATALOGUE, wanted)
    problems = list(faults(CATALOGUE, wanted))
    for problem in problems:
        print(problem)
    if problems:
        print(f"{len(problems)} faults. Run python -m mentoring.lib.translations, then translate in {CATALOGUE.name}.")
    return 1 if check and problems else 0


def write(path: Path, wanted: Iterable[Sentence]) -> None:
    """The catalogue with exactly the sentences wanted, in order, and its compiled twin."""
    known = {_key(entry): entry for entry in read(path)} if path.exists() else {}
    catalogue = polib.POFile(wrapwidth=100)
    catalogue.metadata = METADATA
    for sentence in _in_order(wanted):
        catalogue.append(_kept(sentence, known.get(_key(sentence))))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(str(catalogue) + "\n", encoding="utf-8")
    path.with_suffix(".mo").write_bytes(catalogue.to_binary())


def read(path: Path) -> polib.POFile:
    return polib.pofile(str(path), wrapwidth=100)


def faults(path: Path, wanted: Iterable[Sentence]) -> Iterator[str]:
    """What is wrong with a catalogue and its compiled twin, each in one line."""
    catalogue = read(path)
    known = {_key(entry): entry for entry in catalogue}
    source = {_key(sentence): sentence for sentence in _in_order(wanted)}
    for key, sentence in source.items():
        if key not in known or known[key].msgid_plural != sentence.plural:
            yield f"not in the catalogue: {sentence.words!r}"
    for key, entry in known.items():
        if key not in source:
            yield f"no longer in the source: {entry.msgid!r}"
        yield from (f"{problem}: {entry.msgid!r}" for problem in _faults_of(entry))
    compiled = path.with_suffix(".mo")
    if not compiled.exists() or compiled.read_bytes() != catalogue.to_binary():
        yield f"{compiled.name} is not what {path.name} compiles to"


def _faults_of(entry: polib.POEntry) -> Iterator[str]:
    if entry.fuzzy or entry.obsolete:
        yield "not settled"
    if not all(form.strip() for form in _forms(entry)):
        yield "not translated"
    elif not _marks_agree(entry):
        yield "its placeholders or tags differ"
    elif any(_edges(form) != _edges(entry.msgid) for form in _forms(entry)):
        yield "begins or ends with other white space"


def _forms(entry: polib.POEntry) -> list[str]:
    if not entry.msgid_plural:
        return [entry.msgstr]
    return [entry.msgstr_plural.get(number, "") for number in range(FORMS)]


def _marks_agree(entry: polib.POEntry) -> bool:
    """One and two may be said without the number, as the English one is."""
    if not entry.msgid_plural:
        return _marks(entry.msgstr) == _marks(entry.msgid)
    either = (_marks(entry.msgid), _marks(entry.msgid_plural))
    few, many = _forms(entry)[:2], _forms(entry)[2:]
    return all(_marks(form) in either for form in few) and all(_marks(form) == either[1] for form in many)


def _marks(text: str) -> Counter[str]:
    """Names may be said twice, as a language needs; what has none, and tags, must be as many as there were."""
    found = Counter(_MARKS.findall(text))
    return Counter({mark: 1 if mark.startswith(("%(", "{")) else times for mark, times in found.items()})


def _edges(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def _kept(sentence: Sentence, old: polib.POEntry | None) -> polib.POEntry:
    """An entry for a sentence, with the translation that it had."""
    entry = polib.POEntry(msgid=sentence.words, msgid_plural=sentence.plural, msgctxt=sentence.context or None)
    if re.search(r"%(\(\w+\))?[sdif]", sentence.words + sentence.plural):
        entry.flags = ["python-format"]
    if sentence.plural:
        entry.msgstr_plural = dict.fromkeys(range(FORMS), "")
    if old and bool(old.msgid_plural) == bool(sentence.plural):
        entry.msgstr, entry.msgstr_plural = old.msgstr, old.msgstr_plural or entry.msgstr_plural
    return entry


def _key(item: Sentence | polib.POEntry) -> tuple[str, str]:
    if isinstance(item, Sentence):
        return item.context, item.words
    return item.msgctxt or "", item.msgid


def _in_order(wanted: Iterable[Sentence]) -> list[Sentence]:
    """Sorted; where the same words are said with and without a plural, the plural holds for both."""
    by_key = {_key(sentence): sentence for sentence in sorted(wanted)}
    return [by_key[key] for key in sorted(by_key)]


if __name__ == "__main__":
    sys.exit(main())
