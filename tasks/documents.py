"""Write the papers that are wanted: each alone, the file first and safely, then the row that tells of it."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter

from sqlalchemy.exc import SQLAlchemyError

from adapters.filestore import FileStore, FileStoreError, make_filestore
from adapters.papers import PaperError
from adapters.settings import get_settings
from adapters.sheets import NothingToHandOver, OutputError
from models.base import canonical_json
from models.documents import Document, DocumentState
from rules.parameters import LawGap
from services import documents
from services.errors import Problem
from services.store import get, lock
from tasks import failures, session
from tasks.papers import WRITERS, Paper

log = logging.getLogger("ansinh.tasks")

BATCH = 50
MAX_BATCHES = 400


def write_wanted() -> dict[str, int]:
    """Write every wanted paper; returns how many were WRITTEN and how many FAILED. A failure stops no other paper.

    Raises the database's or the disk's own error: the papers then stay wanted for the next try.
    """
    store = make_filestore(get_settings())
    counts: Counter[str] = Counter()
    for _ in range(MAX_BATCHES):
        with session.transaction(write=False) as opened:
            numbers = [document.key for document in documents.wanted(opened, now=session.now(), limit=BATCH)]
        if not numbers:
            break
        counts.update(_write(number, store) for number in numbers)
    return dict(counts)


def _write(number: int, store: FileStore) -> DocumentState:
    """One paper from its data to its row; whatever goes wrong becomes the row's problem."""
    try:
        with session.transaction(write=False) as opened:
            document = get(opened, Document, number, "văn bản")
            paper = WRITERS[document.kind](opened, document)
            name = document.file_name
        stored = store.save(paper.data, name)
        if paper.template is not None:
            store.save(paper.template.data, paper.template.name)
    except NothingToHandOver as nothing:
        return _fail(number, str(nothing), again=False)
    except (PaperError, OutputError, FileStoreError) as error:
        return _fail(number, str(error))
    except (Problem, LawGap) as obstacle:
        return _fail(number, obstacle.message)
    except (SQLAlchemyError, OSError):
        raise
    except Exception as error:  # noqa: BLE001 - one paper must not stop the others; its text must not reach the log
        return _fail(number, failures.words(error))
    return _tell(number, paper, stored.sha256)


def _tell(number: int, paper: Paper, sha256: str) -> DocumentState:
    with session.transaction() as opened:
        document = lock(opened, Document, number, "văn bản")
        if document.state != DocumentState.WRITTEN:
            documents.mark_written(
                opened,
                document,
                file_sha256=sha256,
                data_sha256=hashlib.sha256(canonical_json(paper.source).encode()).hexdigest(),
                template_sha256=paper.template.sha256 if paper.template else "",
                now=session.now(),
            )
        return DocumentState(document.state)


def _fail(number: int, problem: str, *, again: bool = True) -> DocumentState:
    if again:
        log.warning("document %s could not be written", number)
    with session.transaction() as opened:
        document = lock(opened, Document, number, "văn bản")
        if document.state != DocumentState.WRITTEN:
            documents.mark_failed(opened, document, problem=problem, now=session.now(), again=again)
        return DocumentState(document.state)
