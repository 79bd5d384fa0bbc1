"""Every way of writing a word comes to one form, and each character still knows where it came from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guard.normal_form import is_disguised, normalise, visible

HOSTILE = st.text(
    alphabet=st.one_of(st.characters(), st.sampled_from("<>&;#\u200b\u00ad\u202eаеоgb3 .-ﬁ\u0301")), max_size=80
)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("GUARANTEED  Approval", "guaranteed approval"),
        ("guar<b>ant</b>eed", "guaranteed"),
        ("guaranteed<br>approval", "guaranteed approval"),
        ("<!-- not --> guaranteed", " guaranteed"),
        ("&#103;uarantee&#x64;", "guaranteed"),
        ("&amp;lt;i&amp;gt;sure", "sure"),
        ("guar\u200banteed gu\u00adarantee", "guaranteed guarantee"),
        ("\U000e0067uaranteed", "uaranteed"),
        ("gu\u0430r\u0430nt\u0435\u0435d", "guaranteed"),
        ("Ｇｕａｒａｎｔｅｅｄ", "guaranteed"),
        ("𝐠𝐮𝐚𝐫𝐚𝐧𝐭𝐞𝐞𝐝", "guaranteed"),
        ("g u a r a n t e e d approval", "guaranteed approval"),
        ("g.u.a.r.a.n.t.e.e.d", "guaranteed"),
        ("gu4r4nt33d appr0val", "guaranteed approval"),
        ("g̷u̷a̷r̷a̷n̷t̷e̷e̷d̷", "guaranteed"),
        ("più perché È", "piu perche e"),
        ("piu' perche' E', gia'", "piu perche e, gia"),
        ("l'ora dell’incontro, don't", "l'ora dell'incontro, don't"),
        ("3,90\u00a0% “TAEG”", '3,90 % "taeg"'),
        ("", ""),
    ],
)
def test_disguises_come_to_plain_words(written: str, read: str) -> None:
    assert normalise(written).text == read


@given(HOSTILE)
def test_offsets_are_in_order_and_inside_the_original(text: str) -> None:
    form = normalise(text)
    assert len(form.text) == len(form.starts) == len(form.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(form.starts, form.ends, strict=True))
    assert list(form.starts) == sorted(form.starts)
    assert list(form.ends) == sorted(form.ends)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzABCDEFGH ,.'", max_size=80))
def test_plain_text_only_loses_case_and_doubled_spaces(text: str) -> None:
    assert normalise(text).text.replace(" ", "") in {text.lower().replace(" ", ""), _joined(text)}


@given(HOSTILE)
def test_nothing_hostile_breaks_the_other_views(text: str) -> None:
    assert isinstance(is_disguised(text), bool)
    assert "\u200b" not in visible(text)


def test_a_finding_points_at_what_a_person_sees() -> None:
    text = "It is gu\u200bara\u00adnteed."
    form = normalise(text)
    start = form.text.index("guaranteed")
    assert text[slice(*form.origin(start, start + len("guaranteed")))] == "gu\u200bara\u00adnteed"


def test_an_empty_span_points_at_the_beginning() -> None:
    assert normalise("abc").origin(1, 1) == (0, 0)


@pytest.mark.parametrize(
    "honest", ["Plain — “quoted” text…", "Perché è così, più o meno", "Łukasz and Đorđe", "50 % of €1"]
)
def test_honest_typography_is_no_disguise(honest: str) -> None:
    assert not is_disguised(honest)


def _joined(text: str) -> str:
    return normalise(text).text.replace(" ", "")
