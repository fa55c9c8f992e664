"""Each contact with the outside has one door, so it can be found, watched and replaced."""

import sys

import pytest

from tests.house import source

CLOCK = {
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "time.time",
}
ENVIRONMENT = {"os.environ", "os.getenv", "os.putenv", "os.environb"}
ENGINE = {"sqlalchemy.create_engine", "sqlmodel.create_engine", "sqlalchemy.engine.create_engine"}
MAIL = {"yagmail.SMTP", "smtplib.SMTP", "smtplib.SMTP_SSL"}

# who may: the door, and anybody else with the reason
ALLOWED: dict[str, dict[str, str]] = {
    "clock": {"adapters/clock.py": "the door"},
    "environment": {"adapters/settings.py": "the door"},
    "engine": {"adapters/database.py": "the door"},
    "mail": {"adapters/mailer.py": "the door", "adapters/smtp_line.py": "the door's line to the SMTP server"},
}


@pytest.mark.parametrize(
    ("door", "words"),
    [("clock", CLOCK), ("environment", ENVIRONMENT), ("engine", ENGINE), ("mail", MAIL)],
    ids=["clock", "environment", "engine", "mail"],
)
def test_only_the_door_touches_the_outside(door: str, words: set[str]) -> None:
    used = [
        f"{name}:{line} {word}"
        for name in source.modules(*source.PRODUCT)
        if name not in ALLOWED[door]
        for word, line in source.names_used(name).items()
        if word in words
    ]
    assert not used, f"goes around {', '.join(ALLOWED[door])}: {used}"


def test_no_exception_outlives_its_file() -> None:
    gone = [name for allowed in ALLOWED.values() for name in allowed if name not in source.files()]
    assert not gone


def test_the_law_needs_nothing_but_python_pydantic_and_yaml() -> None:
    allowed = sys.stdlib_module_names | {"pydantic", "yaml", "rules"}
    foreign = [
        f"{name}:{line} {word}"
        for name in source.modules("rules")
        for word, (origin, line) in source.imports(name).items()
        if origin.split(".")[0] not in allowed
    ]
    assert not foreign
