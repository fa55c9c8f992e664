"""PDF of the papers by LibreOffice, where an installation has it and says so; the product runs without."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from adapters.settings import Settings

BATCH = 100
SECONDS = 300
GOOD_FONTS = ("Times New Roman", "Tinos")
_LIBERATION = "Liberation Serif"
_LIBERATION_2 = 2 * 65536  # fontconfig writes 2.0 as 16.16 fixed point; older ones lack 93 Vietnamese letters
_PROGRAMS = ("soffice", "libreoffice")
_LOCALE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>vi-VN</value></prop>
</item>
</oor:items>
"""


class PdfError(Exception):
    """The PDF cannot be made; the message is one Vietnamese sentence."""


def program() -> str | None:
    """Path of LibreOffice, or None."""
    return next((path for path in map(shutil.which, _PROGRAMS) if path), None)


def is_on(settings: Settings) -> bool:
    """Whether PDFs are to be made here."""
    return settings.pdf_backend == "libreoffice"


def font_problem() -> str:
    """Why Vietnamese would be printed broken on this machine, in one sentence; empty when it would not.

    Asks fontconfig what stands in for "Times New Roman": it must be that font, Tinos or Liberation Serif 2.
    """
    ask = shutil.which("fc-match")
    if ask is None:
        return "Không có fontconfig (fc-match) nên không kiểm tra được phông chữ của bản PDF."
    asked = [ask, "-f", "%{family[0]}|%{fontversion}", "Times New Roman"]
    said = subprocess.run(asked, capture_output=True, text=True, timeout=20, check=False).stdout
    family, _, version = said.partition("|")
    if family in GOOD_FONTS or (family == _LIBERATION and version.isdigit() and int(version) >= _LIBERATION_2):
        return ""
    return (
        f"Phông thay cho Times New Roman là “{family or 'không rõ'}”, thiếu chữ tiếng Việt: "
        "cài gói fonts-croscore (Tinos) hoặc fonts-liberation2."
    )


def start_problem(settings: Settings) -> str:
    """What an operator must put right before PDFs can be made, in one sentence; empty when nothing is."""
    if not is_on(settings):
        return ""
    if program() is None:
        return (
            "Đã bật PDF (ANSINH_PDF_BACKEND=libreoffice) nhưng máy không có LibreOffice: cài libreoffice-writer-nogui."
        )
    return font_problem()


def make_pdfs(files: Sequence[tuple[str, bytes]], settings: Settings) -> list[bytes]:
    """Return the PDF of each (file name, content), .docx or .xlsx, in the same order.

    One LibreOffice at a time in the whole installation, with a profile of its own; up to 100 files a call of it.
    Raises `PdfError` when the setting is off, the program is missing, does not end in time, or leaves a file out.
    """
    if not is_on(settings):
        raise PdfError("Chưa bật làm bản PDF (ANSINH_PDF_BACKEND).")
    found = program()
    if found is None:
        raise PdfError("Máy không có LibreOffice nên không làm được bản PDF.")
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    made: list[bytes] = []
    with _alone(settings.data_dir / "libreoffice.lock"):
        for first in range(0, len(files), BATCH):
            made += _convert(found, files[first : first + BATCH], settings.data_dir / "libreoffice")
    return made


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Two of them at once are slower than one after the other, and share nothing well."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _convert(found: str, files: Sequence[tuple[str, bytes]], profile: Path) -> list[bytes]:
    with tempfile.TemporaryDirectory(prefix="ansinh-pdf-") as folder:
        places = []
        for number, (name, data) in enumerate(files):
            place = Path(folder) / f"{number}{Path(name).suffix}"
            place.write_bytes(data)
            places.append(place)
        _run(found, profile, Path(folder), places)
        results = [place.with_suffix(".pdf") for place in places]
        missing = [files[number][0] for number, place in enumerate(results) if not place.exists()]
        if missing:
            raise PdfError(f"LibreOffice không làm được bản PDF của {len(missing)} tệp.")
        return [place.read_bytes() for place in results]


def _speak_vietnamese(profile: Path) -> None:
    """Figures of a workbook are printed as the office writes them: 1.500.000."""
    settings = profile / "user" / "registrymodifications.xcu"
    if not settings.exists():
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(_LOCALE, encoding="utf-8")


def _run(found: str, profile: Path, folder: Path, places: Sequence[Path]) -> None:
    _speak_vietnamese(profile)
    command = [
        found,
        f"-env:UserInstallation={profile.resolve().as_uri()}",
        "--headless",
        "--norestore",
        "--convert-to",
    ]
    try:
        subprocess.run(
            [*command, "pdf", "--outdir", str(folder), *map(str, places)],
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise PdfError(f"LibreOffice không làm xong trong {SECONDS} giây.") from error
    except (subprocess.CalledProcessError, OSError) as error:
        raise PdfError("LibreOffice dừng giữa chừng khi làm bản PDF.") from error
