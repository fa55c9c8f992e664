"""PDF copies of the written papers, in batches; a paper is whole without one, so a failure waits for the next try."""

from __future__ import annotations

import logging

from sqlmodel import col, select

from adapters import pdf
from adapters.filestore import make_filestore
from adapters.settings import get_settings
from models.documents import Document, DocumentState
from services.store import lock
from tasks import session

log = logging.getLogger("ansinh.tasks")


def make_missing_pdfs() -> dict[str, int]:
    """Make the PDF of up to a hundred written Word papers without one; returns how many, nothing when PDFs are off."""
    settings = get_settings()
    if not pdf.is_on(settings):
        return {}
    if problem := pdf.start_problem(settings):
        log.warning("no PDF is made: %s", problem)
        return {"PDF": 0}
    with session.transaction(write=False) as opened:
        query = select(Document).where(Document.state == DocumentState.WRITTEN, col(Document.pdf_sha256).is_(None))
        word = query.where(col(Document.file_name).endswith(".docx")).order_by(col(Document.id)).limit(pdf.BATCH)
        found = [(row.key, row.file_name, row.file_sha256 or "") for row in opened.exec(word)]
    store = make_filestore(settings)
    try:
        made = pdf.make_pdfs([(name, store.load(sha256)) for _, name, sha256 in found], settings)
    except pdf.PdfError as error:
        log.warning("no PDF was made of %s papers: %s", len(found), error)
        return {"PDF": 0}
    for (number, name, _), data in zip(found, made, strict=True):
        stored = store.save(data, f"{name.removesuffix('.docx')}.pdf")
        with session.transaction() as opened:
            document = lock(opened, Document, number, "văn bản")
            document.pdf_sha256 = stored.sha256
            opened.add(document)
    return {"PDF": len(made)}
