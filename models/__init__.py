"""The records: one file per family. Importing the package makes the metadata complete."""

from sqlmodel import SQLModel

from models import (
    adjustments,
    approval,
    budget,
    changes,
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
    payer,
    payment,
    people,
    places,
    receipts,
    runs,
    staff,
    treasury,
)

metadata = SQLModel.metadata

__all__ = [
    "adjustments",
    "approval",
    "budget",
    "changes",
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
    "payer",
    "payment",
    "people",
    "places",
    "receipts",
    "runs",
    "staff",
    "treasury",
]
