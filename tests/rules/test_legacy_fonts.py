"""Texts typed in fonts of before Unicode are repaired by the font's name, and by nothing else."""

import pytest

from rules.legacy_fonts import LegacyFont, legacy_font, repair_text, to_tcvn3

LETTERS = "aàảãáạăằẳẵắặâầẩẫấậđeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵ"
VNI = (
    "aaøaûaõaùaïaêaèaúaüaéaëaâaàaåaãaáaäñeeøeûeõeùeïeâeàeåeãeáeäiìæóíòooøoûoõoùoïoâoàoåoãoáoäôôøôûôõôùôï"
    "uuøuûuõuùuïööøöûöõöùöïyyøyûyõyùî"
)


@pytest.mark.parametrize(
    ("font", "encoding"),
    [
        (".VnTime", LegacyFont.TCVN3),
        (".VnArial", LegacyFont.TCVN3),
        (".VnTimeH", LegacyFont.TCVN3_CAPITALS),
        ("VNI-Times", LegacyFont.VNI),
        ("Times New Roman", None),
        (None, None),
    ],
)
def test_the_font_name_tells_the_encoding(font: str | None, encoding: LegacyFont | None) -> None:
    assert legacy_font(font) is encoding


@pytest.mark.parametrize(
    ("text", "font", "repaired"),
    [
        ("NguyÔn V¨n An", LegacyFont.TCVN3, "Nguyễn Văn An"),
        ("TrÇn ThÞ Thuû", LegacyFont.TCVN3, "Trần Thị Thuỷ"),
        ("§Æng V¨n L\xadu", LegacyFont.TCVN3, "Đặng Văn Lưu"),
        ("nguyÔn thÞ hoµ", LegacyFont.TCVN3_CAPITALS, "NGUYỄN THỊ HOÀ"),
        ("Nguyeãn Vaên An", LegacyFont.VNI, "Nguyễn Văn An"),
        ("TRAÀN THÒ ÑÖÙC", LegacyFont.VNI, "TRẦN THỊ ĐỨC"),
        ("031150900001", LegacyFont.TCVN3, "031150900001"),
    ],
)
def test_names_come_back_readable(text: str, font: LegacyFont, repaired: str) -> None:
    assert repair_text(text, font) == repaired


def test_every_vietnamese_letter_survives_both_encodings() -> None:
    assert repair_text(to_tcvn3(LETTERS), LegacyFont.TCVN3) == LETTERS
    assert repair_text(VNI, LegacyFont.VNI) == LETTERS
    assert repair_text(VNI.upper(), LegacyFont.VNI) == LETTERS.upper()
