"""`ansinh explain`: why somebody is supported or not, from a file of facts or from the records."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.records import day_of, file_fault, records, stop

if TYPE_CHECKING:
    from rules.facts import PersonFacts
    from rules.parameters import LawBook


def explain(
    on: Annotated[str, typer.Option(help="Ngày xét, 2026-07-31 hoặc 31/07/2026.")],
    facts: Annotated[Path | None, typer.Option(help="Tệp dữ kiện YAML hoặc JSON (docs/law-cases.md).")] = None,
    person: Annotated[int | None, typer.Option(help="Số hồ sơ của một người trong cơ sở dữ liệu.")] = None,
    audience: Annotated[str, typer.Option("--for", help="officer, village_head hoặc citizen.")] = "officer",
    law: Annotated[str, typer.Option(help="Với --facts: shipped, demo hoặc tệp bộ tham số.")] = "shipped",
    decided: Annotated[
        bool,
        typer.Option("--as-decided", help="Với --person: như quyết định mới nhất đến ngày ấy đã ghi, không tính lại."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Toàn bộ dấu vết dưới dạng JSON.")] = False,
) -> None:
    """Giải thích một người đủ điều kiện hay không: từng điều kiện, căn cứ, giá trị, điều còn thiếu."""
    from rules.explain import Audience

    if (facts is None) is (person is None):
        stop("Chọn một trong hai: --facts TỆP hoặc --person SỐ.")
    if audience not in set(Audience):
        stop("--for phải là officer, village_head hoặc citizen.")
    day = day_of(on)
    if decided:
        if person is None or as_json:
            stop("--as-decided chỉ đi cùng --person, không có --json.")
        _tell_decided(person, day, audience)
        return
    known, book = _from_file(facts, law, day) if facts else _from_records(person or 0, day)
    _tell(known, book, day, audience, as_json=as_json)


def _tell(known: PersonFacts, book: LawBook, day: date, audience: str, *, as_json: bool) -> None:
    from rules.eligibility import assess
    from rules.explain import Audience, told
    from rules.explain import explain as lines_for

    answer = assess(known, day, book)
    if not as_json:
        typer.echo("\n".join(lines_for(told(answer, day), Audience(audience))))
        return
    content = {
        "on": day,
        "outcome": answer.outcome,
        "category": answer.category,
        "monthly_amount": answer.monthly_amount,
        "bhyt_share": answer.bhyt_share,
        "bhyt_monthly": answer.bhyt_monthly,
        "missing": list(answer.missing),
        "law_status": answer.law_status,
        "is_demo": answer.is_demo,
        "facts": known.as_data(),
        "findings": [finding.as_data() for finding in answer.findings],
    }
    typer.echo(json.dumps(content, ensure_ascii=False, indent=2, default=str))


def _tell_decided(number: int, day: date, audience: str) -> None:
    """What the person's decision said when it was made, from its own record."""
    from rules.explain import Audience
    from rules.explain import explain as lines_for
    from services.decided_law import as_decided

    with records() as opened:
        found = as_decided(opened, person_id=number, on=day)
        if found is None:
            stop(f"Đến ngày {day:%d/%m/%Y} chưa có quyết định nào về người số {number}.")
        decision, told = found
        typer.echo(f"Quyết định số {decision.number}/{decision.symbol} ngày {decision.issued_on:%d/%m/%Y}:")
        typer.echo("\n".join(lines_for(told, Audience(audience))))


def _from_file(path: Path, law: str, day: date) -> tuple[PersonFacts, LawBook]:
    from pydantic import ValidationError

    from cli.law import book_of
    from rules.case_facts import read_facts
    from rules.faults import in_words
    from rules.parameters import LawGap
    from rules.strict_yaml import load_strict
    from rules.trial_law import lay_over

    try:
        raw: Any = load_strict(path.read_text("utf-8"))
        if not isinstance(raw, dict):
            raise TypeError("cần các dữ kiện dạng tên: giá trị")
        book = book_of(str(raw.get("law", law)), path.parent)
        book = lay_over(book, raw.get("parameters") or {})
        stated = raw.get("facts", {name: value for name, value in raw.items() if name not in {"law", "parameters"}})
        return read_facts(stated).on(day, book), book
    except ValidationError as error:
        stop(f"{path}: dữ kiện viết sai: {in_words(error)}.")
    except (OSError, UnicodeDecodeError) as error:
        stop(f"Không đọc được {path}: {file_fault(error)}.")
    except (ValueError, TypeError, LawGap) as error:
        stop(f"Không đọc được {path}: {error}")


def _from_records(number: int, day: date) -> tuple[PersonFacts, LawBook]:
    from sqlmodel import col, select

    from models.cycles import Case
    from services import facts, law

    with records() as opened:
        newest = select(Case).where(Case.person_id == number).order_by(col(Case.id).desc())
        case = opened.exec(newest).first()
        if case is None:
            stop(f"Không có hồ sơ nào của người số {number}.")
        book = law.book_for(opened, case.commune_id)
        return facts.gather(opened, [case], day, book)[case.key], book
