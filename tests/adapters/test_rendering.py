"""The letters: what each department reads, and what no letter may ever carry."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest

from adapters.rendering import (
    TEMPLATES,
    LetterError,
    environment,
    format_date,
    format_moment,
    format_month,
    render_email,
)
from rules.months import Month
from rules.workflow import NOTICES
from tests import markup
from tests.golden_files import GOLDEN, check_golden

RECIPIENTS = {
    "list_request": "Trưởng thôn",
    "list_received": "Trưởng thôn",
    "list_reminder": "Trưởng thôn",
    "health_handover": "Trạm Y tế",
    "more_papers": "Trưởng thôn",
    "assistance_request": "Phòng Văn hóa - Xã hội",
    "cross_check_request": "Phòng Văn hóa - Xã hội",
    "minutes_to_sign": "Phòng Văn hóa - Xã hội",
    "posting_opened": "Trưởng thôn",
    "posting_closing": "Trưởng thôn",
    "submission_ready": "Chủ tịch UBND",
    "decided": "Phòng Văn hóa - Xã hội",
    "payment_sent": "Trưởng thôn",
    "insurance_handover": "BHXH cơ sở",
    "run_failed": "Quản trị",
    "paper_failed": "Quản trị",
    "step_reminder": "Trạm Y tế",
    "escalation": "Chủ tịch UBND",
    "change_for_approval": "Chủ tịch UBND",
}
"""Who reads it; Phòng Kinh tế unless said otherwise."""
MOMENTS = {"before": 2, "on": 0, "after": 3}
TIMED = [name for name, notice in NOTICES.items() if "days" in notice.optional]
FEW = {"days": 7, "errors": 5, "changes": 2, "refused": 10, "held": 3, "leaving": 2, "papers": 3}
"""Counts that are small in an office's life; the others show dots between thousands."""
VARIANTS = {
    "list_received_clean": ("list_received", {"rows": 12, "errors": 0}),
    "insurance_handover_decreases": ("insurance_handover", {"people": 0, "leaving": 1}),
    "cards_ending_gaps": ("cards_ending", {"ending": 0, "gaps": 2, "unanswered": 0}),
    "cards_received_all": ("cards_received", {"issued": 47, "refused": 0}),
    "list_request_first": ("list_request", {"known": 0}),
}
"""Letters that read otherwise when a count is 0: file → (letter, counts)."""
ITEM = {"month": None, "due_on": "2026-07-10", "link": "http://127.0.0.1:8600/viec/1"}


def _counts_of(name: str) -> tuple[str, ...]:
    optional = NOTICES[name].optional
    return (*NOTICES[name].counts, *(() if optional == ("days",) else optional))


def context(name: str, **changes: Any) -> dict[str, Any]:
    recipient = RECIPIENTS.get(name, "Phòng Kinh tế")
    given = {
        "commune_name": "đặc khu Cát Hải",
        "cycle_label": "Quý III/2026",
        "recipient_title": recipient,
        "village_name": "thôn Phù Long" if recipient == "Trưởng thôn" else None,
        "due_on": date(2026, 7, 10),
        "link": "http://127.0.0.1:8600/viec",
        "counts": {key: FEW.get(key, 1234 + place) for place, key in enumerate(_counts_of(name))},
        "demo": False,
        "month": "2026-07" if name.startswith(("payment", "results")) else None,
        "step_label": "Xác minh sức khỏe" if name in {"run_failed", "step_reminder", "escalation"} else None,
        "holder_label": "Trạm Y tế" if name == "escalation" else None,
    }
    return given | changes


def digest(**changes: Any) -> dict[str, Any]:
    """A digest of two mails, one of them for a thôn."""
    items = [context(name, **ITEM) | {"template": name} for name in ("health_handover", "list_request")]
    given = {"cycle_label": "ngày 06/07/2026", "due_on": None, "items": items, "counts": {"items": 2}}
    return context("daily_digest", **(given | changes))


def at(name: str, moment: str) -> dict[str, Any]:
    """The context of a reminder before, on or after its day."""
    counts = context(name)["counts"] | {"days": MOMENTS[moment]}
    return context(name, moment=moment, counts=counts)


def _text_of(html: str) -> str:
    return " ".join("".join(markup.parse(html).itertext()).split())


def _check(name: str, given: dict[str, Any], file: str) -> None:
    letter = render_email(name, given)
    check_golden(f"email/{file}.txt", f"Tiêu đề: {letter.subject}\n\n{letter.text}")


@pytest.mark.parametrize("name", NOTICES)
def test_each_letter_reads_as_the_office_agreed(name: str) -> None:
    _check(name, digest() if name == "daily_digest" else context(name), name)


@pytest.mark.parametrize("file", VARIANTS)
def test_a_letter_says_nothing_of_what_there_is_none_of(file: str) -> None:
    name, counts = VARIANTS[file]
    _check(name, context(name, counts=counts), file)
    said = render_email(name, context(name, counts=counts))
    assert not re.search(r"\b0 (người|thẻ|trường hợp|lỗi)", said.subject + said.text)


@pytest.mark.parametrize("name", TIMED)
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_reminder_says_how_the_day_stands(name: str, moment: str) -> None:
    _check(name, at(name, moment), f"{name}_{moment}")


@pytest.mark.parametrize("name", NOTICES)
@pytest.mark.parametrize("demo", [True, False])
def test_the_html_says_the_same_as_the_text(name: str, demo: bool) -> None:
    changes: dict[str, Any] = {"demo": demo, "counts": dict.fromkeys(NOTICES[name].counts + NOTICES[name].optional, 0)}
    letter = render_email(name, context(name, **changes, moment="after" if name in TIMED else None))
    _same(letter.text, letter.html)
    assert ("DỮ LIỆU TRÌNH DIỄN" in letter.text) is ("DỮ LIỆU TRÌNH DIỄN" in letter.html) is demo


def _same(text: str, html: str) -> None:
    body, shown = text.partition("\n--\n")[0], _text_of(html)
    for paragraph in re.split(r"\n\s*\n", body):
        said = " ".join(paragraph.split())
        if not said.endswith("http://127.0.0.1:8600/viec"):
            assert said.removesuffix("Ủy ban nhân dân đặc khu Cát Hải").strip() in shown
    assert "http://127.0.0.1:8600/viec" in shown


def test_a_digest_names_each_matter_with_its_day_and_its_link() -> None:
    letter = render_email("daily_digest", digest(demo=True))
    assert letter.subject == "[TRÌNH DIỄN] Thư tổng hợp ngày 06/07/2026: 2 việc"
    for line in (
        "Đề nghị xác minh tình trạng sức khỏe Quý III/2026 (ngày 10/07/2026)",
        "Đề nghị lập danh sách người đề nghị hỗ trợ Quý III/2026 – thôn Phù Long (ngày 10/07/2026)",
    ):
        assert line in letter.text
        assert line in _text_of(letter.html)
    assert letter.html.count('href="http://127.0.0.1:8600/viec/1"') == letter.text.count("8600/viec/1\n") == 2


def test_a_digest_is_no_way_for_a_name_either() -> None:
    items = [context("health_handover", counts={"people": "Nguyễn Văn Hư Cấu"}) | {"template": "health_handover"}]
    with pytest.raises(LetterError, match=r"counts\.people"):
        render_email("daily_digest", digest(items=items))


def test_every_letter_has_its_folder_and_every_folder_its_letter() -> None:
    assert {folder.name for folder in (TEMPLATES / "email").iterdir() if folder.is_dir()} == set(NOTICES)
    reminders = {f"{name}_{moment}" for name in TIMED for moment in MOMENTS}
    assert {file.stem for file in (GOLDEN / "email").iterdir()} == set(NOTICES) | reminders | set(VARIANTS)


@pytest.mark.parametrize("name", NOTICES)
def test_a_letter_without_deadline_or_village_still_reads_well(name: str) -> None:
    late = {} if name == "escalation" else {"step_label": None}  # it always names what is late
    letter = render_email(name, context(name, due_on=None, village_name=None, month=None, **late))
    assert "None" not in letter.subject + letter.text + letter.html
    assert not re.search(r"^Hạn.*ngày", letter.text, re.MULTILINE)
    assert "  " not in letter.subject


@pytest.mark.parametrize("name", [name for name, notice in NOTICES.items() if notice.optional])
def test_a_letter_whose_counts_are_not_known_says_the_rest(name: str) -> None:
    letter = render_email(name, context(name, counts=dict.fromkeys(NOTICES[name].counts, 1234)))
    assert not re.search(r"\d người|[^\n ]  | ,|None", letter.text)
    assert "ngày làm việc" not in letter.text


def test_a_name_cannot_slip_in_as_a_count() -> None:
    with pytest.raises(LetterError, match=r"counts\.people"):
        render_email("health_handover", context("health_handover", counts={"people": "Nguyễn Văn Hư Cấu"}))


def test_a_letter_states_only_the_counts_it_is_known_to_state() -> None:
    letter = render_email("health_handover", context("health_handover", counts={"people": 3, "ten": "Hư Cấu"}))
    assert "Hư Cấu" not in letter.text + letter.html


@pytest.mark.parametrize("absent", ["commune_name", "cycle_label", "recipient_title", "link", "demo", "counts"])
def test_a_missing_value_is_an_error_not_a_blank(absent: str) -> None:
    given = context("health_handover")
    del given[absent]
    with pytest.raises(LetterError, match=absent):
        render_email("health_handover", given)


def test_an_unknown_letter_is_refused() -> None:
    with pytest.raises(LetterError):
        render_email("../web/base", {})


def test_html_is_escaped_and_text_is_not() -> None:
    letter = render_email("list_request", context("list_request", village_name="thôn A & B <x>"))
    assert "thôn A & B <x>" in letter.text
    assert "thôn A &amp; B &lt;x&gt;" in letter.html
    assert "<x>" not in letter.html


def test_the_filters_write_as_the_office_writes() -> None:
    page = environment().from_string(
        "{{ 1234567 | money }}|{{ 146000000 | words }}|{{ 30000 | number }}"
        "|{{ d | date }}|{{ t | datetime }}|{{ m | month }}"
    )
    moment = datetime(2026, 7, 31, 20, 5, tzinfo=UTC)
    written = page.render(d=date(2026, 7, 5), t=moment, m=Month(2026, 7))
    assert written == ("1.234.567 đồng|Một trăm bốn mươi sáu triệu đồng|30.000|05/07/2026|03:05 01/08/2026|07/2026")
    assert (format_date("2026-07-05"), format_date(None)) == ("05/07/2026", "")
    assert format_moment("2026-07-05T08:00:00+07:00") == "08:00 05/07/2026"
    assert (format_month("2026-07"), format_month(date(2026, 7, 31))) == ("07/2026", "07/2026")
