"""Colours and fonts of the calculators: a short list of tokens, refused where people could not read them.

Contrast is that of WCAG 2: 4.5 for text, 3 for what is not text (level AA).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dept_rules.errors import Fault, FaultyInputError

#: Least contrast of a text, and of a line or an icon.
TEXT, LINE = 4.5, 3.0
COLOUR = re.compile("#?([0-9a-fA-F]{6})")
FONTS = {
    "systeme": 'system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif',
    "serif": 'Charter, "Bitstream Charter", Georgia, "DejaVu Serif", serif',
    "arrondie": 'ui-rounded, "Arial Rounded MT Bold", Nunito, system-ui, sans-serif',
    "page": "Arial, Helvetica, sans-serif",
}
DEFAULTS = {"principal": "1d4f73", "fond": "ffffff", "texte": "1c2430", "police": "systeme", "arrondi": "6"}
#: Reds and greens, dark then light: the first that can be read is taken.
ALARMS = ("a1201b", "ffb4ab")
GOODS = ("17603a", "9be3b8")
ROUNDEST = 16

Rgb = tuple[float, float, float]


class ThemeError(FaultyInputError):
    """A theme that cannot be accepted."""

    what = "theme"


@dataclass(frozen=True)
class Theme:
    """A checked theme.

    Attributes:
        principal: colour of buttons, links and lines that matter.
        fond, texte: colours of the page and of its text.
        police: one of ``FONTS``.
        arrondi: radius of corners, in pixels.
    """

    principal: str
    fond: str
    texte: str
    police: str
    arrondi: int

    def to_css(self) -> str:
        """Return the custom properties that the style sheet of the calculators reads."""
        paper = self.fond
        tokens = {
            "principal": self.principal,
            "fond": paper,
            "texte": self.texte,
            "alarme": _first(ALARMS, paper),
            "bien": _first(GOODS, paper),
            "ligne": _line(self.texte, paper),
            "doux": _soft(self, paper),
        }
        colours = "".join(f"--{name}:#{value};" for name, value in tokens.items())
        return f":root{{{colours}--police:{FONTS[self.police]};--arrondi:{self.arrondi}px}}"


def read_theme(text: str, configured: Mapping[str, str] | None = None) -> Theme:
    """Read a theme.

    Args:
        text: tokens, "principal:1d4f73,police:serif"; those that are not told are the configured ones.
        configured: those of the configuration.

    Raises:
        ThemeError: with every fault found: a token that does not exist, a value that is not one, a
            contrast below what people can read.
    """
    faults: list[Fault] = []
    told = dict(configured or {})
    for part in filter(None, (one.strip() for one in text.split(","))):
        name, _, value = part.partition(":")
        told[name.strip()] = value.strip()
    tokens = {**DEFAULTS, **told}
    for name in told.keys() - DEFAULTS.keys():
        faults.append(Fault(f"theme/{name}", "unknown token", f"one of {', '.join(DEFAULTS)}"))
    for name in ("principal", "fond", "texte"):
        found = COLOUR.fullmatch(tokens[name])
        if found is None:
            faults.append(Fault(f"theme/{name}", "is not a colour", "six hexadecimal digits, such as 1d4f73"))
        else:
            tokens[name] = found[1].lower()
    if tokens["police"] not in FONTS:
        faults.append(Fault("theme/police", "unknown font", f"one of {', '.join(FONTS)}"))
    if not re.fullmatch("[0-9]{1,2}", tokens["arrondi"]) or int(tokens["arrondi"]) > ROUNDEST:
        faults.append(Fault("theme/arrondi", "is not a radius", f"a whole number of pixels, 0 to {ROUNDEST}"))
    if not faults:
        made = Theme(
            tokens["principal"], tokens["fond"], tokens["texte"], tokens["police"], int(tokens["arrondi"])
        )
        faults = _unreadable(made)
        if not faults:
            return made
    raise ThemeError(faults)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21.

    >>> round(contrast("000000", "ffffff"), 1)
    21.0
    """
    lights = sorted((_luminance(one), _luminance(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _unreadable(theme: Theme) -> list[Fault]:
    faults = []
    for name, colour in (("texte", theme.texte), ("principal", theme.principal)):
        found = contrast(colour, theme.fond)
        if found < TEXT:
            faults.append(
                Fault(
                    f"theme/{name}", f"its contrast with fond is {found:.2f}", f"at least {TEXT} (level AA)"
                )
            )
    for name, choices in (("alarme", ALARMS), ("bien", GOODS)):
        if not faults and not any(contrast(one, theme.fond) >= TEXT for one in choices):
            faults.append(
                Fault("theme/fond", f"no colour for {name} can be read on it", "a lighter or darker colour")
            )
    return faults


def _first(choices: tuple[str, ...], paper: str) -> str:
    return next(one for one in choices if contrast(one, paper) >= TEXT)


def _line(ink: str, paper: str) -> str:
    """Return the lightest mix of ink and paper that draws the edge of a field."""
    mixes = (_mix(ink, paper, share / 20) for share in range(6, 21))
    return next(one for one in mixes if contrast(one, paper) >= LINE + 0.2)


def _soft(theme: Theme, paper: str) -> str:
    """Return a tint of the paper on which every text can still be read."""
    inks = (theme.texte, theme.principal, _first(ALARMS, paper), _first(GOODS, paper))
    for share in (0.08, 0.06, 0.04, 0.02):
        tint = _mix(theme.principal, paper, share)
        if all(contrast(ink, tint) >= TEXT for ink in inks):
            return tint
    return paper


def _rgb(colour: str) -> Rgb:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4))
    return red, green, blue


def _mix(ink: str, paper: str, share: float) -> str:
    mixed = (round(255 * (share * a + (1 - share) * b)) for a, b in zip(_rgb(ink), _rgb(paper), strict=True))
    return "".join(f"{part:02x}" for part in mixed)


def _luminance(colour: str) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
