"""The year of 73 invented people, worked out from the rules alone: `python tests/golden/money/write_year.py`.

Reads people.csv and events.csv, writes lines.csv (what each list says, each line explained) and payments.csv (what is
handed over). It knows nothing of the product: the numbers below were read off the law by hand.

Rules: a decision gives each month from its first month on; a later decision replaces the earlier from its own first
month; a person gets the month in which something happened, and none after it (NQ04.stop_rule). A decision to suspend
leaves its own month, and none after it until the month from which another lets support go on; a new amount decided
meanwhile does not end the rest. A list holds, for every month up to its own, what was due less what earlier lists
said. Money goes out when a person's lines exceed what is out already; what came back, or was held and let go, is
tried again first. Cash that was recorded as signed for by mistake stays so in its closed month and, once two people
corrected it, counts as not out from the next list on.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

HERE = Path(__file__).parent
MONTHS = [f"2026-{n:02d}" for n in range(7, 13)] + [f"2027-{n:02d}" for n in range(1, 7)]
# NQ04.income.target: nông thôn / thành thị, by year
TARGET = {("NONG_THON", "2026"): 1_500_000, ("THANH_THI", "2026"): 2_000_000}
TARGET |= {("NONG_THON", "2027"): 2_200_000, ("THANH_THI", "2027"): 2_800_000}
MODES: dict[str, tuple[str, Callable[[int, int], int]]] = {
    "TOP_UP_TO_TARGET": ("bù phần còn thiếu", lambda target, has: max(0, target - has)),
    "FLAT_ADDITION": ("hưởng thêm cả mức", lambda target, _has: target),
    "HIGHER_OF": ("mức nào cao hơn thì hưởng", lambda target, has: target if target > has else 0),
    "EXCLUDE": ("có trợ cấp khác thì không hưởng", lambda target, has: 0 if has else target),
}
STOPS = {
    "DEATH": "chết", "MOVED_AWAY": "chuyển đi", "OWN_REQUEST": "tự xin thôi", "AGE_LIMIT": "quá tuổi",
    "MONTHS_ENDED": "hết thời hạn", "INCOME_BEGAN": "bắt đầu có thu nhập", "STATUS_CHANGED": "hộ không còn thuộc diện",
    "OTHER_SUPPORT": "đã có chế độ khác", "HEALTH_CHANGED": "kết luận sức khỏe thay đổi",
}  # fmt: skip
CHANNELS = {"ACCOUNT": "", "CASH": ", tiền mặt", "PROXY": ", người nhận thay"}
Due = dict[str, tuple[int, str]]


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def dong(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")


def worked_out(area: str, has: int, mode: str, month: str) -> tuple[int, str]:
    """Đồng a month and the words that explain it."""
    target = TARGET[(area, month[:4])]
    words, rule = MODES[mode]
    amount = rule(target, has)
    return amount, f"mức bảo đảm {dong(target)}, đang hưởng {dong(has)}, {words}: {dong(amount)}"


def due_by(person: dict[str, str], events: list[dict[str, str]], of_list: str) -> Due:
    """What each month gives the person, as it is known when the list of a month is prepared (the 11th)."""
    due: Due = {}
    area, mode, has = person["area"], person["mode"], int(person["allowance"])
    decisions = [(person["decided"], person["from_month"], "")]
    if person["decided"] < "2027-01":
        decisions.append(("2027-01", "2027-01", ""))
    decisions += [(one["known"][:7], one["month"], one["value"]) for one in events if one["what"] == "ALLOWANCE"]
    stops = [one for one in events if one["what"] in STOPS]
    for decided, first, newly in sorted(decisions):
        has = int(newly) if newly else has
        gone = any(stop["known"] < f"{decided}-01" for stop in stops)
        amount, why = worked_out(area, has, mode, decided)
        if decided > of_list or gone:
            continue
        due |= {month: (amount, why) for month in MONTHS if first <= month <= of_list and amount}
    for stop in stops:
        if stop["known"] <= f"{of_list}-11":
            due = {month: value for month, value in due.items() if month <= stop["month"]}
    return {month: value for month, value in due.items() if not rests(events, month, of_list)}


def rests(events: list[dict[str, str]], month: str, of_list: str) -> bool:
    """Whether the month lies after a suspension and before a resumption, as both are known to the list."""
    known = [one for one in events if one["known"] and one["known"] <= f"{of_list}-11"]
    since = [one["month"] for one in known if one["what"] == "SUSPENDED"]
    until = [one["month"] for one in known if one["what"] == "RESUMED"]
    return any(first < month for first in since) and not any(last <= month for last in until)


def gone_since(events: list[dict[str, str]], month: str, of_list: str) -> str:
    """Why a month that was given is due no more."""
    if rests(events, month, of_list):
        return "đang tạm dừng hưởng"
    said = [f"{STOPS[one['what']]}, tháng {one['month']} là tháng cuối" for one in events if one["what"] in STOPS]
    return "không còn được hưởng" + (f": {said[0]}" if said else "")


def one_person(person: dict[str, str], events: list[dict[str, str]]) -> Iterator[tuple[str, list[str]]]:
    """The person's rows: ("line", …) and ("payment", …), list by list."""
    given: dict[str, int] = defaultdict(int)
    listed: set[str] = set()
    attempts: list[dict[str, str | int | bool]] = []
    for of_list in MONTHS:
        due = due_by(person, events, of_list)
        for month in sorted(due.keys() | given.keys()):
            amount, why = due.get(month, (0, gone_since(events, month, of_list)))
            if amount != given[month]:
                kind = "CORRECTION" if month in listed else "ENTITLEMENT"
                words = {True: "phát sinh", False: "điều chỉnh"}[month not in listed]
                note = f"{words} tháng {month}: {why}" + (f"; đã ghi {dong(given[month])}" if given[month] else "")
                yield "line", [of_list, person["stt"], month, kind, str(amount - given[month]), note]
                given[month] = amount
                listed.add(month)
        yield from payments(person, events, of_list, sum(given.values()), attempts)


def payments(
    person: dict[str, str],
    events: list[dict[str, str]],
    of_list: str,
    listed: int,
    attempts: list[dict[str, str | int | bool]],
) -> Iterator[tuple[str, list[str]]]:
    rest = listed - sum(int(one["amount"]) for one in attempts if one["out"])
    back = [one for one in attempts if not one["out"] and not one["again"]]
    wanted: list[tuple[str, int, int, str]] = []
    for one in back:
        amount = min(int(one["amount"]), rest)
        if amount > 0:
            one["again"], rest = True, rest - amount
            wanted.append((str(one["month"]), int(one["attempt"]) + 1, amount, "chi lại khoản chưa đến tay"))
    if rest > 0:
        wanted.append((of_list, 1, rest, "phần của danh sách này"))
    for month, attempt, amount, why in wanted:
        said = [one["what"] for one in events if one["month"] == of_list and one["value"] in ("", str(attempt))]
        word = "RETURNED" if "RETURNED" in said else "HELD" if "HELD" in said else "PAID"
        is_out = word == "PAID" and "CORRECTED" not in said
        attempts.append({"month": month, "attempt": attempt, "amount": amount, "out": is_out, "again": False})
        words = why + CHANNELS[person["channel"]]
        if "CORRECTED" in said:
            words += "; ghi nhầm là đã ký nhận, sau khi đóng tháng hai người đính chính là chưa nhận"
        yield "payment", [of_list, person["stt"], month, str(attempt), str(amount), word, person["channel"], words]


def main() -> None:
    """Write both sheets anew."""
    events: dict[str, list[dict[str, str]]] = defaultdict(list)
    for event in rows("events.csv"):
        events[event["stt"]].append(event)
    found = [row for person in rows("people.csv") for row in one_person(person, events[person["stt"]])]
    heads = {
        "line": ["list", "stt", "month", "kind", "amount", "explanation"],
        "payment": ["list", "stt", "month", "attempt", "amount", "result", "channel", "explanation"],
    }
    for kind, head in heads.items():
        table = sorted((row for what, row in found if what == kind), key=lambda row: (row[0], int(row[1]), row[2:4]))
        with (HERE / f"{kind}s.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([head, *table])


if __name__ == "__main__":
    main()
