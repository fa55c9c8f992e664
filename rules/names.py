"""Vietnamese names: one clean spelling, one key to search by, one key to sort by, one bank form.

Serves every list the office reads or prints: names are stored in NFC, found whatever their tone marks, and
sorted as Vietnamese lists are (given name, then family name, then middle names).
"""

import re
import unicodedata
from functools import lru_cache

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER_RANK = {letter: chr(0x41 + rank) for rank, letter in enumerate(_ALPHABET)}
# The order of tones in Vietnamese dictionaries: level, huyền, hỏi, ngã, sắc, nặng.
_TONE_RANK = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]")
_SPACES = re.compile(r"\s+")
# letters of other languages that look like Đ and are typed for it
_LIKE_D = {0x00D0: "Đ", 0x0189: "Đ", 0x00F0: "đ", 0x0256: "đ"}
_HAS_LIKE_D = re.compile(f"[{''.join(map(chr, _LIKE_D))}]")
_NUMBERS_APART = re.compile(r"\d+|[^\d\s]+")
_NOT_BANK = re.compile(r"[^A-Z0-9 .,/()-]")


def clean_name(text: str) -> str:
    """One spelling of a text: NFC, a true Đ, no invisible characters, single ordinary spaces, none at the ends."""
    # of all white space and invisible characters only the ordinary space can be printed
    is_plain = text.isprintable() and "  " not in text and text[:1] != " " != text[-1:]
    if is_plain and (text.isascii() or (unicodedata.is_normalized("NFC", text) and not _HAS_LIKE_D.search(text))):
        return text
    composed = unicodedata.normalize("NFC", _INVISIBLE.sub("", text).translate(_LIKE_D))
    return _SPACES.sub(" ", composed).strip()


def fold_name(text: str) -> str:
    """Key for searching and for finding possible duplicates: no tones, no marks, đ as d, lower case.

    "Hoà", "Hòa" and "HOA" share one key, so equal keys only *suggest* the same name; see `same_name`.
    """
    return clean_name(text).translate(_BARE)


class _Bare(dict[int, str]):
    """Each character as `fold_name` leaves it, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        decomposed = unicodedata.normalize("NFD", chr(code).casefold())
        bare = "".join(char for char in decomposed if not unicodedata.combining(char))
        return self.setdefault(code, bare.replace("đ", "d"))


_BARE = _Bare()


def same_name(one: str, other: str) -> bool:
    """Whether names differ at most by case, spacing and where the tone stands (Hoà = Hòa, Hoá ≠ Hòa)."""
    return _letters_and_tones(one) == _letters_and_tones(other)


def sort_key(full_name: str) -> str:
    """Key that sorts names as a Vietnamese list does, with a plain byte comparison (SQLite BINARY collation).

    Order: given name (last word), family name (first word), middle names; letters before tones; đ after d.
    """
    words = clean_name(full_name).split(" ")
    given, family, middle = words[-1], words[0] if len(words) > 1 else "", words[1:-1]
    return " ".join(_part_key(part) for part in ([given], [family], middle))


def place_key(name: str) -> str:
    """Key that sorts names of places as they are read: word by word, "Thôn 2" before "Thôn 10", đ after d."""
    pieces = _NUMBERS_APART.findall(clean_name(name))
    return "!".join(piece.zfill(9) if piece.isdecimal() else " ".join(_ranked(piece)) for piece in pieces)


def strip_marks_upper(text: str) -> str:
    """The form banks take: capital letters A to Z without marks, digits and plain punctuation only."""
    return clean_name(_NOT_BANK.sub("", fold_name(text).upper()))


def _part_key(words: list[str]) -> str:
    pairs = [_ranked(word) for word in words if word]
    return "!".join([letters for letters, _ in pairs]) + " " + "".join([tone for _, tone in pairs])


@lru_cache(maxsize=4096)
def _ranked(word: str) -> tuple[str, str]:
    """A syllable's letters as they rank, and its tone; few syllables make all names."""
    letters, tone = _syllable(word.casefold())
    return "".join(_LETTER_RANK.get(char, "0" + char) for char in letters), tone


def _letters_and_tones(text: str) -> list[tuple[str, str]]:
    return [_syllable(word) for word in clean_name(text).casefold().split(" ")]


def _syllable(word: str) -> tuple[str, str]:
    """A syllable's letters (marks of the letter kept) and its one tone, wherever the tone was written."""
    decomposed = unicodedata.normalize("NFD", word)
    tone = "".join(_TONE_RANK[char] for char in decomposed if char in _TONE_RANK)
    letters = "".join(char for char in decomposed if char not in _TONE_RANK)
    return unicodedata.normalize("NFC", letters), tone or "0"
