"""The demo's verdict: a success only if every sample was answered as expected, once, and none is lost."""

from collections import Counter
from pathlib import Path
from uuid import UUID

import pytest
from rich.console import Console

from appliance.demo.posting import Posted
from appliance.demo.report import Report, count_mails, table
from models.queries.progress import LeadProgress
from models.states import LeadState
from tests.appliance.demo.samples import accepted, came_to, lead_id, message_id, not_accepted

REFUSED = not_accepted(422, expect="refused", answer="The e-mail address is missing.")
DUPLICATE = accepted(1, expect="duplicate", answer="duplicate")
LINE = "demo: leads=2 ended=1 review=1 lost=0 duplicates=0"


def report(
    *posts: Posted,
    states: tuple[LeadState, ...] = (LeadState.SENT, LeadState.IN_REVIEW),
    sent: tuple[str, ...] = (message_id(1),),
    caught: tuple[str, ...] | None = (message_id(1),),
) -> Report:
    progress: dict[UUID, LeadProgress] = {
        lead_id(number): came_to(number, state) for number, state in enumerate(states, 1)
    }
    all_posts = [accepted(1), accepted(2, expect="cold"), REFUSED, DUPLICATE, *posts]
    return Report(all_posts, progress, Counter(sent), None if caught is None else Counter(caught))


def test_the_demo_succeeds_when_all_is_as_expected() -> None:
    found = report()
    assert (found.failures(), found.succeeded, found.last_line()) == ([], True, LINE)


@pytest.mark.parametrize(
    ("post", "line"),
    [
        (not_accepted(503), "“another sample” became no lead: HTTP 503, This connection is paused."),
        (not_accepted(None, answer="no answer (ReadTimeout)"), "“another sample” became no lead: no answer (ReadTime"),
        (not_accepted(422), "“another sample” became no lead: HTTP 422"),
        (not_accepted(200, answer="the answer is no acknow"), "“another sample” became no lead: HTTP 200"),
        (not_accepted(409, expect="duplicate"), "“another sample” became no lead: HTTP 409"),
        (accepted(2, expect="refused"), "“sample 2” should have been refused: HTTP 200, accepted"),
        (not_accepted(503, expect="refused"), "“another sample” should have been refused: HTTP 503"),
        (accepted(2, expect="duplicate"), "“sample 2” should have been a known submission: HTTP 200, accepted"),
        (accepted(2, answer="duplicate"), "“sample 2” should not have been a known submission"),
    ],
)
def test_one_wrong_answer_of_the_gateway_fails_the_demo(post: Posted, line: str) -> None:
    found = report(post)
    assert [failure[: len(line)] for failure in found.failures()] == [line]
    assert not found.succeeded
    assert found.last_line() == LINE


def test_a_lead_that_goes_nowhere_is_lost() -> None:
    found = report(states=(LeadState.SENT, LeadState.SCORED))
    assert found.failures() == ["1 accepted and then neither answered nor put before a person in time."]
    assert found.last_line() == "demo: leads=2 ended=1 review=0 lost=1 duplicates=0"


def test_a_lead_that_the_database_does_not_know_is_lost() -> None:
    assert report(states=(LeadState.SENT,)).last_line() == "demo: leads=2 ended=1 review=0 lost=1 duplicates=0"


def test_a_mail_that_the_sink_caught_twice_is_a_duplicate() -> None:
    found = report(caught=(message_id(1), message_id(1)))
    assert found.failures() == ["1 mailed once too often."]
    assert found.last_line().endswith("lost=0 duplicates=1")


def test_a_message_called_sent_that_nobody_caught_fails_the_demo() -> None:
    found = report(sent=(message_id(1), message_id(2)))
    assert found.failures() == ["1 called sent, and the outbox has no such mail."]


def test_with_a_real_mail_server_the_database_counts() -> None:
    assert report(caught=None).succeeded
    assert report(caught=None, sent=(message_id(1), message_id(1))).duplicates == 1


def test_no_lead_at_all_is_no_success() -> None:
    assert Report([], {}, Counter(), Counter()).failures() == ["No lead was accepted."]


def test_only_mails_to_the_demos_own_leads_are_counted(tmp_path: Path) -> None:
    mails = (message_id(1), message_id(1), message_id(2, step=1), message_id(9), "")
    for number, name in enumerate(mails):
        (tmp_path / f"{number}.eml").write_text(f"Message-ID: {name}\n\nHello\n" if name else "no header at all")
    assert count_mails(tmp_path, {lead_id(1), lead_id(2)}) == {message_id(1): 2, message_id(2, step=1): 1}


def _shown(found: Report, width: int) -> str:
    console = Console(width=width)
    with console.capture() as captured:
        console.print(table(found))
    return captured.get()


def test_the_table_fits_80_columns_and_cuts_nothing() -> None:
    posts = (not_accepted(503), not_accepted(None, answer="no answer (ReadTimeout)"), accepted(3))
    found = report(*posts, states=(LeadState.SENT, LeadState.IN_REVIEW, LeadState.QUARANTINED))
    reasons = ("second_opinion_unavailable", "confidence_below_minimum")
    found.progress[lead_id(2)] = came_to(2, LeadState.IN_REVIEW, reasons=reasons)
    shown = _shown(found, 80)
    assert max(len(line) for line in shown.splitlines()) <= 80
    assert "…" not in shown
    letters = "".join(shown.split())
    assert all(word in letters for word in ("12.3", "87", "refused", "503", "sample1"))
    wide = " ".join(_shown(found, 200).split())
    assert "in review second opinion unavailable, confidence below minimum 12.3" in wide
    assert "quarantined" in wide
    assert "no answer not accepted" in wide


def test_a_campaigns_words_are_no_markup() -> None:
    found = report(not_accepted(503, answer="[/x] \x1b[31m"))
    assert "[/x] \\u001b[31m" in _shown(found, 200)
