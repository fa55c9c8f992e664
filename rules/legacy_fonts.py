"""Texts typed with fonts of before Unicode (.VnTime, VNI-Times), repaired by the name of the cell's font.

The letters alone do not say which encoding they are in, so nothing is guessed from them: only the font's name
decides, and a person is shown the text before and after.
"""

from enum import StrEnum

from rules.names import clean_name


class LegacyFont(StrEnum):
    """The encoding a font's name tells."""

    TCVN3 = "TCVN3"
    TCVN3_CAPITALS = "TCVN3_CAPITALS"  # .VnTimeH and its like draw small letters as capitals
    VNI = "VNI"


# TCVN3: one byte per letter; the tables stand in the order of the codes.
_TCVN3 = {
    **dict(zip("¡¢£¤¥¦§", "ĂÂÊÔƠƯĐ", strict=True)),
    **dict(zip("¨©ª«¬\xad®", "ăâêôơưđ", strict=True)),
    **dict(zip("µ¶·¸¹»¼½¾Æ", "àảãáạằẳẵắặ", strict=True)),
    **dict(zip("ÇÈÉÊËÌÎÏÐÑ", "ầẩẫấậèẻẽéẹ", strict=True)),
    **dict(zip("ÒÓÔÕÖ×ØÜÝÞ", "ềểễếệìỉĩíị", strict=True)),
    **dict(zip("ßáâãäåæçèé", "òỏõóọồổỗốộ", strict=True)),
    **dict(zip("êëìíîïñòóô", "ờởỡớợùủũúụ", strict=True)),
    **dict(zip("õö÷øùúûüýþ", "ừửữứựỳỷỹýỵ", strict=True)),
}
# VNI: a letter followed by the character that draws its mark; some letters stand alone.
_VNI_PAIRS = {
    "a": dict(zip("ùøûõïêéèúüëâáàåãä", "áàảãạăắằẳẵặâấầẩẫậ", strict=True)),
    "e": dict(zip("ùøûõïâáàåãä", "éèẻẽẹêếềểễệ", strict=True)),
    "o": dict(zip("ùøûõïâáàåãä", "óòỏõọôốồổỗộ", strict=True)),
    "u": dict(zip("ùøûõï", "úùủũụ", strict=True)),
    "y": dict(zip("ùøûõ", "ýỳỷỹ", strict=True)),
    "ô": dict(zip("ùøûõï", "ớờởỡợ", strict=True)),
    "ö": dict(zip("ùøûõï", "ứừửữự", strict=True)),
}
_VNI_ALONE = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}


def legacy_font(font_name: str | None) -> LegacyFont | None:
    """The encoding told by a font's name: `.Vn*` is TCVN3 (`.Vn*H` capitals), `VNI-*` is VNI, others none."""
    name = (font_name or "").strip().casefold()
    if name.startswith(".vn"):
        return LegacyFont.TCVN3_CAPITALS if name.endswith("h") else LegacyFont.TCVN3
    return LegacyFont.VNI if name.startswith("vni-") else None


def repair_text(text: str, font: LegacyFont) -> str:
    """The text in Unicode (NFC), read in the encoding of its font; plain ASCII comes back as it was."""
    if font is LegacyFont.VNI:
        return clean_name(_from_vni(text))
    repaired = "".join(_TCVN3.get(char, char) for char in text)
    return clean_name(repaired.upper() if font is LegacyFont.TCVN3_CAPITALS else repaired)


def to_tcvn3(text: str) -> str:
    """The text as a TCVN3 font stores it (small letters only have marks there); to make sample files."""
    codes = {letter: code for code, letter in _TCVN3.items()}
    return "".join(codes.get(char, codes.get(char.lower(), char)) for char in clean_name(text))


def _from_vni(text: str) -> str:
    letters: list[str] = []
    position = 0
    while position < len(text):
        letter, length = _vni_letter(text, position)
        letters.append(letter)
        position += length
    return "".join(letters)


def _vni_letter(text: str, position: int) -> tuple[str, int]:
    base = text[position]
    mark = text[position + 1 : position + 2]
    marked = _VNI_PAIRS.get(base.lower(), {}).get(mark.lower())
    if marked:
        return _like(base, marked), 2
    return _like(base, _VNI_ALONE.get(base.lower(), base.lower())), 1


def _like(base: str, letter: str) -> str:
    return letter.upper() if base.isupper() else letter
