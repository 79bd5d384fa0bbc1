"""What the eye would not see is shown; nothing of a text is lost."""

from hypothesis import given
from hypothesis import strategies as st

from ui.words import Piece, pieces


@given(st.text())
def test_nothing_is_lost_and_nothing_unseen_is_left(text: str) -> None:
    shown = pieces(text)
    assert len("".join(piece.text for piece in shown if not piece.is_mark)) + sum(
        1 for piece in shown if piece.is_mark
    ) == len(text)
    plain = "".join(piece.text for piece in shown if not piece.is_mark)
    assert not set(plain) & set("\u202e\u2066\u200b\u00ad\x00\x1b\u2028")


def test_plain_words_stay_one_run() -> None:
    assert pieces("Perché no?\nSì — 3,9 %") == (Piece("Perché no?\nSì — 3,9 %"),)


def test_a_direction_override_is_named() -> None:
    assert pieces("a\u202eb")[1] == Piece("U+202E", "right-to-left override")


def test_a_no_break_space_is_shown_in_a_leads_words_and_kept_in_ours() -> None:
    assert pieces("25\u00a0years")[1] == Piece("␣", "no-break space")
    assert pieces("25\u00a0years", shows_spaces=False) == (Piece("25\u00a0years"),)


def test_an_emoji_of_a_family_stays_whole() -> None:
    assert pieces("👨\u200d👩\u200d👧 ❤\ufe0f") == (Piece("👨\u200d👩\u200d👧 ❤\ufe0f"),)


def test_a_tower_of_marks_is_cut_down() -> None:
    assert sum(piece.is_mark for piece in pieces("a" + "\u0301" * 50)) == 46


def test_tag_characters_that_spell_a_hidden_word_are_shown_one_by_one() -> None:
    assert [piece.text for piece in pieces("\U000e0049\U000e0067")] == ["U+E0049", "U+E0067"]


def test_nothing_gives_nothing() -> None:
    assert pieces("") == ()
