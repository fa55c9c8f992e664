"""The letters: what each department reads, and what no letter may ever carry."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import html5lib
import pytest

from adapters.rendering import (
    EMAIL_COUNTS,
    EMAIL_OPTIONAL_COUNTS,
    TEMPLATES,
    LetterError,
    environment,
    format_date,
    format_moment,
    format_month,
    render_email,
)
from rules.months import Month
from tests.golden_files import GOLDEN, check_golden

RECIPIENTS = {
    "list_request": "Trưởng thôn",
    "list_received": "Trưởng thôn",
    "list_reminder": "Trưởng thôn",
    "health_handover": "Trạm Y tế",
    "eligibility_handover": "Phòng Kinh tế",
    "cross_check_request": "Phòng Văn hóa - Xã hội",
    "posting_opened": "Trưởng thôn",
    "submission_ready": "Chủ tịch UBND",
    "decided": "Phòng Văn hóa - Xã hội",
    "payment_for_approval": "Phòng Kinh tế",
    "payment_sent": "Trưởng thôn",
    "results_missing": "Phòng Kinh tế",
    "insurance_handover": "BHXH cơ sở",
    "cards_received": "Phòng Kinh tế",
    "feedback_due": "Phòng Kinh tế",
    "run_failed": "Quản trị",
    "step_reminder": "Trạm Y tế",
}


def _counts_of(name: str) -> tuple[str, ...]:
    return (*EMAIL_COUNTS[name], *EMAIL_OPTIONAL_COUNTS.get(name, ()))


def context(name: str, **changes: Any) -> dict[str, Any]:
    given = {
        "commune_name": "đặc khu Cát Hải",
        "cycle_label": "Quý III/2026",
        "recipient_title": RECIPIENTS[name],
        "village_name": "thôn Phù Long" if RECIPIENTS[name] == "Trưởng thôn" else None,
        "due_on": date(2026, 7, 5),
        "link": "http://127.0.0.1:8600/viec",
        "counts": {key: 1234 + place for place, key in enumerate(_counts_of(name))},
        "demo": False,
        "month": "2026-07" if name.startswith(("payment", "results")) else None,
        "step_label": "Xác minh sức khỏe" if name in {"run_failed", "step_reminder"} else None,
    }
    return given | changes


def _text_of(html: str) -> str:
    tree = html5lib.HTMLParser(strict=True).parse(html)
    return " ".join("".join(tree.itertext()).split())


@pytest.mark.parametrize("name", EMAIL_COUNTS)
def test_each_letter_reads_as_the_office_agreed(name: str) -> None:
    letter = render_email(name, context(name))
    check_golden(f"email/{name}.txt", f"Tiêu đề: {letter.subject}\n\n{letter.text}")


@pytest.mark.parametrize("name", EMAIL_COUNTS)
@pytest.mark.parametrize("demo", [True, False])
def test_the_html_says_the_same_as_the_text(name: str, demo: bool) -> None:
    letter = render_email(name, context(name, demo=demo, counts=dict.fromkeys(_counts_of(name), 0)))
    body, html = letter.text.partition("\n--\n")[0], _text_of(letter.html)
    for paragraph in re.split(r"\n\s*\n", body):
        said = " ".join(paragraph.split())
        if not said.endswith("http://127.0.0.1:8600/viec"):
            assert said.removesuffix("Ủy ban nhân dân đặc khu Cát Hải").strip() in html
    assert "http://127.0.0.1:8600/viec" in html
    assert ("DỮ LIỆU TRÌNH DIỄN" in letter.text) is ("DỮ LIỆU TRÌNH DIỄN" in html) is demo


def test_every_letter_has_its_folder_and_every_folder_its_letter() -> None:
    assert {folder.name for folder in (TEMPLATES / "email").iterdir() if folder.is_dir()} == set(EMAIL_COUNTS)
    assert {file.stem for file in (GOLDEN / "email").iterdir()} == set(EMAIL_COUNTS)


@pytest.mark.parametrize("name", EMAIL_COUNTS)
def test_a_letter_without_deadline_or_village_still_reads_well(name: str) -> None:
    letter = render_email(name, context(name, due_on=None, village_name=None, month=None, step_label=None))
    assert "None" not in letter.subject + letter.text + letter.html
    assert "Hạn" not in letter.text.replace("đúng hạn", "") or "ngày" not in letter.text
    assert "  " not in letter.subject


@pytest.mark.parametrize("name", EMAIL_OPTIONAL_COUNTS)
def test_a_letter_whose_counts_are_not_known_says_the_rest(name: str) -> None:
    letter = render_email(name, context(name, counts={}))
    assert not re.search(r"\d\d\d\d? người|  | ,", letter.text)
    assert "danh sách" in letter.text.lower()


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
