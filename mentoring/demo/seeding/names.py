"""Invented people. Nobody of these names studies at Northfield, which does not exist either."""

GIVEN = (
    "Angharad", "Kofi", "Mei", "Rhys", "Zahra", "Jakub", "Noor", "Callum", "Ifeoma", "Siân",
    "Tariq", "Bronwen", "Luca", "Saoirse", "Dewi", "Amara", "Oskar", "Priscilla", "Hamza", "Elin",
    "Yusuf", "Grace", "Tomos", "Leila", "Mateusz", "Hana", "Iwan", "Chloe", "Emeka", "Catrin",
    "Daniel", "Ffion", "Ravi", "Małgorzata", "Owain", "Sofia", "Idris", "Holly", "Nikolai", "Seren",
    "Jordan", "Thandiwe", "Aled", "Beatriz", "Femi", "Gwen", "Håkon", "Isla", "Jun", "Kezia",
)  # fmt: skip

FAMILY = (
    "Akhtar", "Bevan", "Clarke", "Dlamini", "Ellis", "Farouk", "Griffiths", "Hussain", "Ibrahim", "Jenkins",
    "Kowalska", "Llewellyn", "Mbeki", "Nwosu", "O’Brien", "Patel", "Qureshi", "Roberts", "Singh", "Taylor",
    "Udoh", "Vaughan", "Wójcik", "Xu", "Yilmaz", "Zielińska", "Ŵyn", "Davies", "Mensah", "Rahman",
    "Fernández", "Walsh", "Ahmed", "Price", "Osei", "Novák", "Hughes", "Chowdhury", "Larsen", "Okonkwo",
)  # fmt: skip

# Who reads everything in Welsh.
WELSH_READERS = frozenset({"Angharad", "Catrin", "Dewi", "Elin", "Tomos"})

# A few who write their names in their own script.
OWN_SCRIPT = (("美玲", "陈"), ("Олена", "Коваль"), ("أمينة", "حداد"))

HELLOS = (
    "I got lost in the library twice in one day. Ask me anything, nothing is too small.",
    "I work weekends and still finished first year, so if you juggle things too, I get it.",
    "My first month was lonely and then it was not. Happy to have a tea whenever you like.",
    "I know which vending machine works. Also which lecturer answers e-mails.",
    "I moved here from a small town and knew nobody. You will be fine, and I am around.",
)

INTERESTS = ("football", "music", "baking", "games", "books", "outdoors", "films", "gym")

# The file of the tour's first step, as a student record writes it.
LATE_COMERS = (
    ("Student ID", "First name", "Last name", "University e-mail", "Course code", "Year of study"),
    ("2790001", "Mabli", "Rowlands", "u2790001@northfield.ac.uk", "L300", "1"),
    ("2790002", "Tobias", "Adeyemi", "u2790002@northfield.ac.uk", "L300", "1"),
    ("2790003", "Farah", "Siddiqui", "u2790003@northfield.ac.uk", "C800", "1"),
    ("2790004", "Joon", "Park", "u2790004@northfield.ac.uk", "C800", "1"),
    ("2790005", "Nell", "Hartley", "u2790005@northfield.ac.uk", "G400", "1"),
    ("2790006", "Zsófia", "Balogh", "u2790006@northfield.ac.uk", "G400", "1"),
)
