"""Layouts that an office writes itself, in YAML: read strictly, and what is wrong is said in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from adapters.sheets import OutputError
from rules.strict_yaml import YamlFault, load_strict


class Strict(BaseModel):
    """Part of a layout: a key that nobody knows is refused, not passed over."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Layout = TypeVar("Layout", bound=Strict)


def read_layout(path: Path, model: type[Layout], what: str, usual: Mapping[str, Any] | None = None) -> Layout:
    """The layout in a file; what it does not say is as in ``usual``.

    ``what`` names it in Vietnamese. Raises `OutputError` with the file's name and the place of the fault.
    """
    try:
        said = load_strict(path.read_text(encoding="utf-8"))
        return model.model_validate(dict(usual or {}) | said if isinstance(said, dict) else said)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"]) or "cả tệp"
        raise OutputError(f"{what} {path.name} sai ở “{place}”.") from None
    except (YamlFault, UnicodeDecodeError, OSError):
        raise OutputError(f"{what} {path.name} không đọc được.") from None
