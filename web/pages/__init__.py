"""The counters: one module per column. Importing a module registers its pages."""

from __future__ import annotations

from importlib import import_module

MODULES = (
    "account",
    "home",
    "lists",
    "list_files",
    "list_form",
    "papers",
    "eligibility",
    "dossier",
    "cross_checks",
    "feedback",
    "posting",
    "health",
    "approval",
    "issuing",
    "payment",
    "payment_months",
    "answers",
    "answer_rows",
    "answer_amounts",
    "reconciliation",
    "payment_open",
    "payment_differences",
    "payer_account",
    "changes",
    "change_events",
    "insurance",
    "insurance_watch",
    "insurance_differences",
    "budget",
    "card_answers",
    "households",
    "setup",
    "staff",
    "villages",
    "departments",
    "law",
    "law_propose",
    "law_proposal",
    "law_diseases",
    "law_groups",
    "runs",
    "runs_history",
    "documents",
    "register",
    "help",
    "public",
)


def load_all() -> None:
    """Register every page of the product."""
    for name in MODULES:
        import_module(f"web.pages.{name}")
