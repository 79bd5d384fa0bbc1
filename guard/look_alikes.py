"""Letters of other alphabets, and digits, that read as Latin letters (Unicode UTS 39 confusables, the common part)."""

from typing import Final

_LETTERS: Final = {
    "a": "аАαΑɑᴀ",
    "b": "въьВβΒʙ",
    "c": "сСᴄ",
    "d": "ԁᴅðđĐ",
    "e": "еёЕεΕᴇ",
    "f": "ꜰ",
    "g": "Ԍɡɢց",
    "h": "һнНΗʜհħ",
    "i": "іїІιΙıɩɪ",
    "j": "јЈȷᴊ",
    "k": "кКκΚᴋ",
    "l": "ӏʟłŁ",
    "m": "мМΜᴍ",
    "n": "пηΝɴո",
    "o": "оОοσΟᴏօՕøØ",
    "p": "рРρΡᴘ",
    "q": "ԛ",
    "r": "гʀ",
    "s": "ѕЅꜱ",
    "t": "тТτΤᴛ",
    "u": "υᴜսՍ",
    "v": "ѵνᴠ",
    "w": "ԝωᴡ",
    "x": "хХχΧ",
    "y": "уүУҮγΥʏ",
    "z": "Ζᴢ",
}
_SIGNS: Final = {
    '"': "“”«»",
    "%": "٪﹪",
    "'": "’‘ʼ′",
    ",": "٬",
    "-": "‐‑‒–—―−",
    ".": "٫",
    "/": "⁄∕",
}

LOOK_ALIKES: Final = {other: latin for latin, others in _LETTERS.items() for other in others}
"""Each letter that can pass for a Latin one, with that one."""

SIGNS: Final = {other: plain for plain, others in _SIGNS.items() for other in others}
"""Typographic dashes, quotation marks and signs of number, with the plain one; nothing suspicious about them."""

DIGIT_LETTERS: Final = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"}
)
"""Digits and signs that stand for letters inside a word."""
