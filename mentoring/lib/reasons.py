"""A reason that somebody gives for what is otherwise forbidden, and that somebody else may have to review."""

SHORTEST_REASON = 20
FEWEST_WORDS = 3
LETTERS_OF_A_WORD = 2


def is_sentence(text: str) -> bool:
    """Whether a reason is words that somebody can review: twenty characters and three words of letters, not dots."""
    words = text.split()
    spoken = [word for word in words if sum(sign.isalpha() for sign in word) >= LETTERS_OF_A_WORD]
    is_varied = len({word.casefold() for word in spoken}) >= FEWEST_WORDS
    return len(" ".join(words)) >= SHORTEST_REASON and is_varied
