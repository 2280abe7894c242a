import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring.participation.reading import display_name
from mentoring.participation.reading.names import cleaned


@pytest.mark.parametrize(
    ("shouted", "written"),
    [
        ("MISRA", "Misra"),
        ("MCDONALD", "McDonald"),
        ("MACDONALD", "Macdonald"),
        ("O'BRIEN", "O'Brien"),
        ("O’BRIEN", "O’Brien"),
        ("D'ARCY", "D'Arcy"),
        ("Ó BRIAIN", "Ó Briain"),
        ("VAN DER BERG", "van der Berg"),
        ("DE LA CRUZ", "de La Cruz"),
        ("SMITH-JONES", "Smith-Jones"),
        ("JACOBI JÄCKEL", "Jacobi Jäckel"),
        ("HOLUBOVÁ", "Holubová"),
        ("İNCİ", "İnci"),
        ("LÊ", "Lê"),
        ("NG", "Ng"),
        ("VAN", "Van"),
        ("MCH", "Mch"),
    ],
)
def test_display_name_of_capitals(shouted, written):
    assert display_name(shouted) == written


@pytest.mark.parametrize("name", ["MacDonald", "van der Berg", "ní Bhriain", "X", "", "王", "de Souza", "<B>x</B>"])
def test_display_name_leaves_all_others_alone(name):
    assert display_name(name) == name


@given(st.text(max_size=40))
def test_display_name_twice_is_once(name):
    once = display_name(cleaned(name))
    assert display_name(once) == once


def test_cleaned_composes_and_leaves_out_what_cannot_be_seen():
    assert cleaned(" Zoe\u0308\u202e  M\u00a0x\u200b\ufeff ") == "Zoë M x"
    assert cleaned("نیم\u200cفاصله") == "نیم\u200cفاصله"
