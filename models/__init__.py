"""The records: one file per family. Importing the package makes the metadata complete."""

from sqlmodel import SQLModel

from models import (
    approval,
    cycles,
    documents,
    eligibility,
    feedback,
    health,
    insurance,
    law,
    ledger,
    lists,
    notices,
    payment,
    people,
    places,
    runs,
    staff,
)

metadata = SQLModel.metadata

__all__ = [
    "approval",
    "cycles",
    "documents",
    "eligibility",
    "feedback",
    "health",
    "insurance",
    "law",
    "ledger",
    "lists",
    "metadata",
    "notices",
    "payment",
    "people",
    "places",
    "runs",
    "staff",
]
