"""Findings are shown where they were found, once for each rule."""

from models.draft import DraftContent, Origin, Segment
from models.policy import Language
from models.verdict import Action
from tests.ui.seeds import finding
from ui.labels import ORIGINS, REASONS, STATE_MEANING
from ui.mail_view import finding_views, mail_view

CONTENT = DraftContent(
    language=Language.EN,
    subject="A subject",
    subject_origin=Origin.MODEL,
    body=(Segment(origin=Origin.MODEL, text="You will surely be approved today."),),
    footer=(Segment(origin=Origin.DISCLOSURE, text="25\u00a0years", ref="term@1"),),
)


def test_overlapping_findings_are_numbered_where_each_ends() -> None:
    findings = (finding(place="body[0]", start=0, end=27), finding(place="body[0]", start=16, end=33))
    words = mail_view(CONTENT, findings).body[0].words
    assert [(piece.text, piece.is_found, piece.pins) for piece in words] == [
        ("You will surely ", True, ()),
        ("be approved", True, (1,)),
        (" today", True, (2,)),
        (".", False, ()),
    ]


def test_a_finding_about_a_whole_paragraph_stands_beside_it() -> None:
    shown = mail_view(CONTENT, (finding(place="footer[0]", start=0, end=0),))
    assert shown.footer[0].numbers == (1,)


def test_offsets_beyond_the_text_do_no_harm() -> None:
    words = mail_view(CONTENT, (finding(place="body[0]", start=30, end=999),)).body[0].words
    assert "".join(piece.text for piece in words) == CONTENT.body[0].text


def test_findings_of_one_rule_are_told_once() -> None:
    found = finding_views(
        (finding(place="body[0]"), finding(place="subject"), finding(Action.REVIEW, place="footer[1]"))
    )
    assert [(entry.numbers, entry.places, entry.blocks) for entry in found] == [
        ((1, 2), ("paragraph 1", "subject"), True),
        ((3,), ("footer, line 2",), False),
    ]


def test_our_own_texts_keep_their_no_break_spaces() -> None:
    assert [piece.text for piece in mail_view(CONTENT).footer[0].words] == ["25\u00a0years"]


def test_every_origin_reason_and_state_has_words() -> None:
    from models.states import LeadState
    from models.verdict import DecisionReason

    assert set(ORIGINS) == set(Origin)
    assert set(REASONS) == set(DecisionReason)
    assert set(STATE_MEANING) == set(LeadState)
