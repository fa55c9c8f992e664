"""A law file with a gap, an overlap or a value without source is refused, naming file, key and date."""

from datetime import date
from pathlib import Path

import pytest

from rules.code_lists import code_lists
from rules.law_files import (
    LAW_FOLDER,
    PARAMETER_FILES,
    LawFileError,
    legal_documents,
    read_parameters,
    shipped_parameters,
)
from rules.law_revisions import faults_of_revision
from rules.parameters import LawStatus, Reference
from rules.workflow import STOP_REASON_LABELS

REFERENCE = "{document: Luật thử 2026, issuer: Quốc hội}"


def law_file(folder: Path, *values: str, head: str = "", reviewed: str = "2030-12-31") -> Path:
    lines = "\n".join(f"      - {value.replace('REF', REFERENCE)}" for value in values)
    path = folder / "luat.yaml"
    path.write_text(
        f"parameters:\n  - key: THU.muc\n    description: Mức thử\n    unit: years\n{head}"
        f"    reviewed_until: {reviewed}\n    values:\n{lines}\n",
        "utf-8",
    )
    return path


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (["{from: 2026-01-01, to: 2026-12-31, value: 1, status: ASSUMED, reference: REF}"], "hở từ 2026-12-31"),
        (
            [
                "{from: 2026-01-01, to: 2026-06-30, value: 1, status: ASSUMED, reference: REF}",
                "{from: 2026-07-02, value: 2, status: ASSUMED, reference: REF}",
            ],
            "hở từ 2026-06-30 đến 2026-07-02",
        ),
        (
            [
                "{from: 2026-01-01, to: 2026-07-01, value: 1, status: ASSUMED, reference: REF}",
                "{from: 2026-07-01, value: 2, status: ASSUMED, reference: REF}",
            ],
            "chồng nhau từ 2026-07-01",
        ),
        (
            [
                "{from: 2026-01-01, value: 1, status: ASSUMED, reference: REF}",
                "{from: 2026-07-01, value: 2, status: ASSUMED, reference: REF}",
            ],
            "chồng nhau từ 2026-07-01",
        ),
        (["{from: 2026-01-01, value: 1, status: ASSUMED}"], "2026-01-01.*reference"),
        (["{from: 2026-01-01, value: 1, status: ASSUMED, reference: {document: Luật 2026}}"], "issuer"),
        (["{from: 2026-01-01, value: 1, status: ASSUMED, reference: {document: Luật, issuer: A}}"], "thiếu năm"),
        (["{from: 2026-01-01, value: 1, status: SURE, reference: REF}"], "2026-01-01.*status"),
        (["{from: 2026-01-01, status: CONFIRMED, reference: REF}"], "UNKNOWN"),
        (["{from: 2026-01-01, value: 1, status: UNKNOWN, reference: REF}"], "UNKNOWN"),
        (["{from: 2026-01-01, vaule: 1, status: ASSUMED, reference: REF}"], "vaule"),
        (["{from: 2026-01-01, value: 1, value: 2, status: ASSUMED, reference: REF}"], "value được ghi hai lần"),
        (["{from: 2026-13-01, value: 1, status: ASSUMED, reference: REF}"], "from"),
        (["{from: 2031-01-01, value: 1, status: ASSUMED, reference: REF}"], "2031-01-01.*rà soát"),
        (["{from: 2026-06-01, to: 2026-05-01, value: 1, status: ASSUMED, reference: REF}"], "2026-05-01 trước"),
        (
            ["{from: 2026-01-01, value: 1, status: ASSUMED, reference: {document: Luật 2026, issuer: A, source: abc}}"],
            "source",
        ),
        (
            [
                "{from: 2026-01-01, scope: {area: NONG_THON}, value: 1, status: ASSUMED, reference: REF}",
                "{from: 2026-01-01, scope: {status: NGHEO}, value: 2, status: ASSUMED, reference: REF}",
            ],
            "không rõ áp dụng",
        ),
    ],
    ids=range(17),
)
def test_a_fault_is_refused_with_file_and_key(tmp_path: Path, values: list[str], told: str) -> None:
    with pytest.raises(LawFileError, match=told) as refused:
        read_parameters(law_file(tmp_path, *values))
    assert "luat.yaml" in str(refused.value)
    if "hai lần" not in told:  # what cannot be parsed is told by its line
        assert "THU.muc" in str(refused.value)


def test_an_unknown_word_of_a_parameter_is_refused(tmp_path: Path) -> None:
    good = "{from: 2026-01-01, value: 1, status: ASSUMED, reference: REF}"
    with pytest.raises(LawFileError, match=r"THU\.muc.*spare"):
        read_parameters(law_file(tmp_path, good, head="    spare: 1\n"))


def test_a_key_written_twice_is_refused(tmp_path: Path) -> None:
    good = law_file(tmp_path, "{from: 2026-01-01, value: 1, status: ASSUMED, reference: REF}").read_text("utf-8")
    path = tmp_path / "hai.yaml"
    path.write_text(good + good.removeprefix("parameters:\n"), "utf-8")
    with pytest.raises(LawFileError, match=r"hai\.yaml: THU\.muc"):
        read_parameters(path)


def test_a_narrower_value_may_stand_beside_a_wider_one(tmp_path: Path) -> None:
    (parameter,) = read_parameters(
        law_file(
            tmp_path,
            "{from: 2026-01-01, value: 1, status: ASSUMED, reference: REF}",
            "{from: 2026-01-01, scope: {area: NONG_THON}, value: 2, status: ASSUMED, reference: REF}",
        )
    )
    assert len(parameter.values) == 2


def test_every_parameter_file_of_the_folder_is_read() -> None:
    lookups = {path.name for path in LAW_FOLDER.glob("*.yaml") if not path.read_text("utf-8").count("\nparameters:\n")}
    assert {path.name for path in LAW_FOLDER.glob("*.yaml")} - lookups == set(PARAMETER_FILES)


def test_nothing_of_the_resolution_itself_is_called_known() -> None:
    """Its text is not at hand: a value that cites it is unknown, or marked as assumed."""
    claimed = [
        value.key
        for parameter in shipped_parameters()
        for value in parameter.values
        if value.reference.document.startswith("04/2026") and value.status is LawStatus.CONFIRMED
    ]
    assert not claimed


def test_what_somebody_read_names_where(tmp_path: Path) -> None:
    """A confirmed value names the page it was read from, or the office's own plan."""
    nowhere = [
        (value.key, value.valid_from)
        for parameter in shipped_parameters()
        for value in parameter.values
        if value.status is LawStatus.CONFIRMED
        if not value.reference.source and "Kế hoạch" not in value.reference.document
    ]
    assert not nowhere


def test_the_reasons_to_stop_are_those_of_the_workflow() -> None:
    assert set(code_lists()["stop_reasons"].entries) == {reason.value for reason in STOP_REASON_LABELS}


def test_a_document_is_known_by_number_year_and_issuer_and_its_title_stands_with_the_value() -> None:
    keys = [(one.document, one.issuer) for one in legal_documents()]
    assert len(set(keys)) == len(keys)
    titles = {value.reference.document: value.reference.title for p in shipped_parameters() for value in p.values}
    assert titles["04/2026/NQ-HĐND"].endswith("giai đoạn 2026-2030")
    assert titles["04/2022/NQ-HĐND"] != titles["04/2026/NQ-HĐND"]
    cited = {(value.reference.document, value.reference.issuer) for p in shipped_parameters() for value in p.values}
    assert set(keys) <= cited, "a title that no value cites"


def test_a_value_of_a_scope_that_is_never_asked_for_is_refused() -> None:
    target = next(one for one in shipped_parameters() if one.key == "NQ04.income.target")
    reference = Reference("1/2026", "HĐND")
    day = date(2026, 1, 1)
    assert target.scopes == ("area", "category")
    assert not list(faults_of_revision(target, 1, day, None, {"area": "NONG_THON"}, reference))
    assert "chỉ phân theo" in "".join(faults_of_revision(target, 1, day, None, {"status": "NGHEO"}, reference))


GROUP = {"code": "A", "label": "A", "basis": "A", "statuses": ["NGHEO"], "all": [], "health": False}


@pytest.mark.parametrize(
    ("groups", "told"),
    [
        ([GROUP | {"all": [{"fact": "age", "under": "NQ04.age.chid_under"}]}], "không có tham số NQ04.age.chid_under"),
        ([GROUP | {"statuses": ["THOAT_NGEO"]}], "statuses"),
        ([GROUP | {"statuses": []}], "statuses"),
        ([GROUP, GROUP], "mã nhóm bị trùng: A"),
        ([GROUP | {"all": [{"fact": "tuoi", "is": True}]}], "fact"),
        ([GROUP | {"all": [{"fact": "age"}]}], "đúng một phép so sánh"),
        ([GROUP | {"overlap": "ADD"}], "overlap"),
    ],
    ids=range(7),
)
def test_a_slip_in_a_group_is_refused_where_it_is_written(groups: list[dict[str, object]], told: str) -> None:
    parameter = next(one for one in shipped_parameters() if one.key == "NQ04.categories")
    faults = faults_of_revision(parameter, groups, date(2026, 1, 1), None, {}, Reference("1/2026", "HĐND"))
    assert told in "; ".join(faults)


def test_a_shipped_group_that_names_no_parameter_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {one.key: one for one in shipped_parameters()}
    monkeypatch.setattr("rules.law_files.PARAMETER_FILES", ("categories.yaml",))
    shipped_parameters.cache_clear()
    try:
        with pytest.raises(LawFileError, match=r"NQ04\.categories từ 2026-01-01: .*NQ04\.age\.child_under"):
            shipped_parameters()
    finally:
        shipped_parameters.cache_clear()
        monkeypatch.undo()
    assert {one.key for one in shipped_parameters()} == set(known)
