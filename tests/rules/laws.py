"""The laws that tests judge by: as shipped, and under the demonstration set."""

from functools import cache

from cli.law import book_of
from rules.parameters import LawBook


@cache
def shipped() -> LawBook:
    return book_of("shipped")


@cache
def demonstration() -> LawBook:
    return book_of("demo")
