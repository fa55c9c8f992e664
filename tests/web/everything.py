"""One row of everything a commune can have, every text of it marked, every file really in the store."""

from __future__ import annotations

import base64
import re
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlmodel import Session

from adapters.filestore import make_filestore
from adapters.secrets import make_cipher
from adapters.settings import Settings
from models.approval import Decision, Submission
from models.changes import LifeEvent
from models.cycles import Case
from models.documents import Document, RegisterEntry
from models.eligibility import Assessment, AssistanceFile, AssistanceRecord, CrossCheck, Posting, PostingPhoto
from models.feedback import Feedback
from models.insurance import CardAnswer, InsuranceBatch, Registration
from models.law import LawEvidence, LawRevision
from models.lists import ListEntry, ListFile, ListRow, VillageList
from models.notices import Mail
from models.payment import BankAnswer, Grant, PaymentList, Transfer
from models.people import Person, PersonPaper
from models.places import Village
from models.runs import Run
from models.staff import Account, Mandate
from rules.names import fold_name
from rules.parameters import Reference
from rules.workflow import CaseStatus, Role
from services import documents
from tests import factories
from tests.factories import NOW, TODAY, save
from tests.web.workbooks import person as sheet_row
from tests.web.workbooks import village_list

PHOTO = b"\x89PNG\r\n\x1a\n anh"
Rows = dict[str, int]


def path_to(path: str, rows: Rows) -> str:
    """A page's path with the numbers of these rows in it."""
    start = "/" + path.split("/")[1]

    def number(found: re.Match[str]) -> str:
        return str(rows[f"{start} {found[1]}"])

    return re.sub(r"\{(\w+):int\}", number, path)


class Everything:
    """Fills an office; ``word`` stands in each text, so that whoever shows it elsewhere has leaked."""

    def __init__(self, session: Session, office: factories.Office, settings: Settings, word: str) -> None:
        self.session, self.office, self.word = session, office, word
        self.store, self.cipher = make_filestore(settings), make_cipher(settings)
        self.commune, self.cycle = office.commune.key, office.cycle.key
        self.economy = office[Role.economy].person_id

    def rows(self) -> Rows:
        """The number of each row that a page's path may name, by the path's beginning and the number's name."""
        self._mark_places_and_officers()
        person = factories.create_person(self.session, self.office.villages[0], full_name=f"Thử Người {self.word}")
        case = factories.create_case(self.session, self.office.cycle, person, status=CaseStatus.HEALTH)
        factories.create_case(self.session, self.office.cycle, self._another(), status=CaseStatus.REVIEW)
        return {
            "/health health_case_id": factories.create_health_case(self.session, case).key,
            "/eligibility case_id": case.key,
            "/eligibility cycle_id": self.cycle,
            "/changes person_id": person.key,
            "/papers person_id": person.key,
            "/papers paper_id": self._paper(person),
            **self._cross_checks(case),
            **self._posted(),
            **self._insurance(),
            **self._lists(person),
            **self._payments(person),
            **self._approval(person, case),
            "/changes event_id": self._event(person),
            **self._papers(),
            **self._office(),
            **self._law(),
        }

    def _mark_places_and_officers(self) -> None:
        self.session.merge(self.office.commune).name = self.word
        for village in self.office.villages:
            self.session.get_one(Village, village.key).name = f"Thôn {self.word} {village.key}"
        for actor in (*self.office.officers.values(), *self.office.heads):
            self.session.get_one(Account, actor.person_id).full_name = f"Cán bộ {self.word} {actor.person_id}"
        self.session.flush()

    def _another(self) -> Person:
        return factories.create_person(self.session, self.office.villages[1], full_name=f"Thử Khác {self.word}")

    def _sealed(self) -> dict[str, Any]:
        """A photo in the store as uploads keep it."""
        sealed = self.cipher.encrypt(base64.b64encode(PHOTO).decode("ascii")).encode("utf-8")
        kept = self.store.save(sealed, "paper").sha256
        return {"media_type": "image/png", "size": len(PHOTO), "content_sha256": f"{self.commune:064d}",
                "file_sha256": kept}  # fmt: skip

    def _paper(self, person: Person) -> int:
        place = {"commune_id": person.commune_id, "village_id": person.village_id, "person_id": person.key}
        return save(
            self.session,
            PersonPaper(kind="IDENTITY", uploaded_by=self.economy, uploaded_at=NOW, **place, **self._sealed()),
        ).key

    def _cross_checks(self, case: Case) -> Rows:
        file = AssistanceFile(
            commune_id=self.commune,
            cycle_id=self.cycle,
            file_name=f"{self.word}.xlsx",
            sha256="1" * 64,
            row_count=1,
            uploaded_by=self.office[Role.culture].person_id,
            uploaded_at=NOW,
        )
        record = AssistanceRecord(
            file_id=save(self.session, file).key,
            commune_id=self.commune,
            row_number=1,
            full_name=f"Thử Người {self.word}",
            name_key=fold_name(f"Thử Người {self.word}"),
            kind=self.word,
            monthly_amount=1,
        )
        check = CrossCheck(
            case_id=case.key, cycle_id=self.cycle, record_id=save(self.session, record).key, reason=self.word
        )
        return {"/cross-checks cycle_id": self.cycle, "/cross-checks check_id": save(self.session, check).key}

    def _posted(self) -> Rows:
        posted = Posting(
            cycle_id=self.cycle,
            list_sha256="a",
            posted_by=self.economy,
            posted_at=NOW,
            starts_on=TODAY,
            ends_on=TODAY,
            place=self.word,
        )
        photo = PostingPhoto(
            posting_id=save(self.session, posted).key,
            commune_id=self.commune,
            taken_on=TODAY,
            uploaded_by=self.economy,
            uploaded_at=NOW,
            **self._sealed(),
        )
        return {
            "/posting posting_id": posted.key,
            "/posting photo_id": save(self.session, photo).key,
            "/posting cycle_id": self.cycle,
        }

    def _insurance(self) -> Rows:
        batch = InsuranceBatch(cycle_id=self.cycle, commune_id=self.commune, number=1, people=1, total=1, made_at=NOW)
        answer = CardAnswer(
            cycle_id=self.cycle,
            file_name=f"{self.word}.xlsx",
            sha256="2" * 64,
            row_count=0,
            card_count=0,
            refused_count=0,
            problem_count=0,
            imported_by=self.office[Role.insurance].person_id,
            imported_at=NOW,
        )
        return {
            "/insurance cycle_id": self.cycle,
            "/insurance answer_id": save(self.session, answer).key,
            "/insurance batch_id": save(self.session, batch).key,
        }

    def _lists(self, person: Person) -> Rows:
        place = {"commune_id": self.commune, "village_id": self.office.villages[0].key}
        asked = save(self.session, VillageList(cycle_id=self.cycle, requested_at=NOW, due_on=TODAY, **place))
        workbook = self.store.save(village_list(sheet_row(1)), "ds.xlsx").sha256
        file = save(
            self.session,
            ListFile(
                village_list_id=asked.key,
                file_name=f"{self.word}.xlsx",
                sha256=workbook,
                size=1,
                uploaded_by=self.economy,
                uploaded_at=NOW,
            ),
        )
        save(self.session, ListRow(list_file_id=file.key, sheet="A", row_number=1, stated={}, person_id=person.key))
        entry = ListEntry(village_list_id=asked.key, said="{}", **place)
        return {
            "/lists list_id": asked.key,
            "/lists file_id": file.key,
            "/lists entry_id": save(self.session, entry).key,
        }

    def _payments(self, person: Person) -> Rows:
        month = save(self.session, PaymentList(commune_id=self.commune, month="2026-07", built_at=NOW, due_on=TODAY))
        transfer = Transfer(
            list_id=month.key,
            commune_id=self.commune,
            person_id=person.key,
            village_id=person.village_id,
            end_to_end_id=f"HT2607-{self.commune}",
            amount=1,
            channel="CASH",
            payee={"full_name": self.word},
        )
        answer = BankAnswer(
            list_id=month.key,
            file_name=f"{self.word}.xlsx",
            sha256="3" * 64,
            row_count=0,
            paid_count=0,
            returned_count=0,
            problem_count=0,
            imported_by=self.economy,
            imported_at=NOW,
        )
        return {
            "/payment list_id": month.key,
            "/payment answer_id": save(self.session, answer).key,
            "/payment transfer_id": save(self.session, transfer).key,
        }

    def _event(self, person: Person) -> int:
        happened = {"reason": "MOVED_AWAY", "happened_on": TODAY, "note": self.word}
        told = {"reported_by": self.economy, "recorded_at": NOW}
        return save(self.session, LifeEvent(commune_id=self.commune, person_id=person.key, **happened, **told)).key

    def _approval(self, person: Person, case: Case) -> Rows:
        place = {"cycle_id": self.cycle, "commune_id": self.commune}
        hashes = {"list_sha256": "a", "law_sha256": "b", "law_status": "CONFIRMED"}
        submission = save(self.session, Submission(state="ISSUED", frozen_at=NOW, note=self.word, **place, **hashes))
        signer = self.office[Role.chairman]
        decision = Decision(
            submission_id=submission.key,
            number=35,
            symbol="QĐ-UBND",
            issued_on=TODAY,
            issued_year=2026,
            signer_id=signer.person_id,
            signer_mandate_id=signer.mandates[0].key,
            authority_lines=[],
            audit_head="0",
            signed_file_sha256=self.store.save(b"%PDF-1.7", "qd.pdf").sha256,
            recorded_by=self.economy,
            recorded_at=NOW,
            **place,
        )
        save(self.session, decision)
        registered = self._registration(person, case, decision)
        return {"/approval submission_id": submission.key, "/insurance registration_id": registered}

    def _registration(self, person: Person, case: Case, decision: Decision) -> int:
        """Income support and a card, each from a grant of the decision."""
        answer = Assessment(
            case_id=case.key,
            cycle_id=self.cycle,
            person_id=person.key,
            on_day=TODAY,
            outcome="ELIGIBLE",
            category=self.word,
            findings=[],
            missing=[],
            facts={},
            facts_sha256="f",
            law_sha256="b",
            law_status="CONFIRMED",
            made_at=NOW,
        )
        given = {
            "decision_id": decision.key,
            "commune_id": self.commune,
            "person_id": person.key,
            "assessment_id": save(self.session, answer).key,
            "category": "X",
            "monthly_amount": 300_000,
            "from_month": "2026-08",
            "law_sha256": "b",
        }
        save(self.session, Grant(benefit="INCOME", **given))
        card = save(self.session, Grant(benefit="BHYT", **given))
        months = {"from_month": "2026-08", "months": 1, "amount": 300_000, "monthly": [300_000]}
        place = {"cycle_id": self.cycle, "commune_id": self.commune, "person_id": person.key}
        return save(self.session, Registration(grant_id=card.key, reason=self.word, **months, **place)).key

    def _papers(self) -> Rows:
        """A paper of each kind that somebody else than Phòng Kinh tế may have, one of them in the register."""
        made = {kind: self._document(kind) for kind in ("decision", "village_result", "health_referral", "broadcast")}
        entry = RegisterEntry(
            commune_id=self.commune,
            document_id=made["decision"].key,
            file_catalog=2026,
            doc_ordinal=1,
            type_name="Quyết định",
            code_number=35,
            code_notation="QĐ-UBND",
            issued_on=TODAY,
            organ_name=self.word,
            subject=self.word,
            recipients=[self.word],
            recorded_by=self.economy,
            recorded_at=NOW,
            signed_file_sha256=self.store.save(b"%PDF-1.7", "da-ky.pdf").sha256,
        )
        made["decision"].number, made["decision"].symbol = "35", "QĐ-UBND"
        save(self.session, entry)
        save(self.session, made["decision"])
        return {"/documents document_id": made["decision"].key}

    def _document(self, kind: str) -> Document:
        paper = documents.want(
            self.session,
            commune_id=self.commune,
            kind=kind,
            subject=f"decision:{self.commune}:{self.office.villages[0].code}",
            title=f"Văn bản {self.word}",
            file_name="van-ban.docx",
            now=NOW,
        )
        kept = self.store.save(b"noi dung", "van-ban.docx").sha256
        documents.mark_written(
            self.session, paper, file_sha256=kept, data_sha256="d" * 64, template_sha256="t" * 64, now=NOW
        )
        paper.pdf_sha256 = kept
        return save(self.session, paper)

    def _office(self) -> Rows:
        opinion = Feedback(
            commune_id=self.commune,
            kind="PHAN_ANH",
            content=self.word,
            sender=self.word,
            received_on=TODAY,
            received_by=self.economy,
            due_on=TODAY,
        )
        run = Run(
            flow="tick", commune_id=self.commune, started_by="test", started_at=NOW, beat_at=NOW, message=self.word
        )
        mail = Mail(
            dedup_key=f"test:{self.commune}",
            commune_id=self.commune,
            template="list_request",
            context={},
            role="admin",
            to_address=f"{self.commune}@example.test",
            to_name=self.word,
            message_id=f"<{self.commune}@example.test>",
            state="FAILED",
            next_try_at=NOW,
            queued_at=NOW,
        )
        mandate = Mandate(account_id=self.economy, commune_id=self.commune, role="culture", valid_from=TODAY)
        save(self.session, mail)
        return {
            "/feedback feedback_id": save(self.session, opinion).key,
            "/runs run_id": save(self.session, run).key,
            "/runs cycle_id": self.cycle,
            "/villages village_id": self.office.villages[0].key,
            "/staff account_id": self.economy,
            "/staff mandate_id": save(self.session, mandate).key,
        }

    def _law(self) -> Rows:
        revision = LawRevision(
            commune_id=self.commune,
            param_key="OFFICE.payment_days",
            value=1,
            valid_from=date(2026, 1, 1),
            reference=asdict(Reference(document=self.word, issuer=self.word)),
            status="ASSUMED",
            proposed_by=self.economy,
            proposed_at=NOW,
        )
        scan = LawEvidence(
            commune_id=self.commune,
            document=self.word,
            issuer=self.word,
            added_by=self.economy,
            added_at=NOW,
            **self._sealed(),
        )
        return {
            "/law revision_id": save(self.session, revision).key,
            "/law scan_id": save(self.session, scan).key,
        }
