"""The laws a study compares: what is said for a reform, on what it stands, and what it is called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules import reforms_loader
from dept_rules.errors import Fault, ReformError
from dept_rules.reform_files import CUSTOM, ReformInfo
from dept_rules.reforms_loader import PLATFORM
from dept_rules.system import baseline as platform

#: The law in force without the platform: what studies compare with, and what observed incomes hold.
IN_FORCE = "droit_en_vigueur"


@dataclass(frozen=True)
class Scenario:
    """A reform with what a study supposes of it.

    Attributes:
        reform: as `dept_rules.compare` takes it; a list is a stack.
        take_up: for each benefit, the share of those entitled who receive it: a number from 0 to 1, or the
            name of a figure of non-take-up ("non_recours.rsa"). Everybody, for those not named.
        label: what the tables call it, and what reports call a law of bare figures.
    """

    reform: Any = None
    take_up: Mapping[str, float | str] | None = None
    label: str | None = None


@dataclass(frozen=True)
class Law:
    """One law of a study.

    Attributes:
        label: what it is called in the tables, unique in a study.
        system: the law.
        infos: what each reform in it says of itself, in the order they were applied; the platform first.
        take_up: as it was given; None where nothing was.
        source: the reforms that make it, for other processes to build it again.
        named: whether the caller chose the label.
    """

    label: str
    system: TaxBenefitSystem
    infos: tuple[ReformInfo, ...]
    take_up: Mapping[str, float | str] | None = None
    source: tuple[Any, ...] = ()
    named: bool = False

    @property
    def info(self) -> ReformInfo:
        """Return what the last reform of it says of itself."""
        return self.infos[-1]

    @property
    def bare(self) -> bool:
        """Return whether its last reform is figures given as a dictionary."""
        return self.info.name == CUSTOM

    @property
    def title(self) -> str:
        """Return what it is called in French: bare figures have no name but the one they were given."""
        return self.label if self.bare and self.named else self.info.label


def laws(reform: Any) -> list[Law]:
    """Return the laws that `reform` names: one, or one for each element of a list.

    Args:
        reform: a reform as `dept_rules.evaluate` takes it (a dictionary is one reform, its figures
            applied on the platform), "plateforme", or a list of reforms to compare side by side;
            a list within the list is a stack, applied in order.

    Raises:
        UnknownNameError, ReformError: as for `dept_rules.evaluate`; or nothing is to be compared.
    """
    several = list(reform) if _is_list(reform) else [reform]
    if not several:
        raise ReformError([Fault("", "there is no reform to compare", "a reform, or a list of reforms")])
    return [_law(one) for one in several]


def told_apart(found: Sequence[Law]) -> list[Law]:
    """Return laws with a number after the labels that several of them bear."""
    twice = {label for label, count in Counter(law.label for law in found).items() if count > 1}
    return [
        replace(law, label=f"{law.label} ({rank})") if law.label in twice else law
        for rank, law in enumerate(found)
    ]


def in_force() -> Law:
    """Return the law in force without the platform."""
    return _law(IN_FORCE)


def is_in_force(law: Law) -> bool:
    """Return whether a law is the law in force and nothing else."""
    return [info.name for info in law.infos] == [PLATFORM, IN_FORCE]


def _law(reform: Any) -> Law:
    said = reform if isinstance(reform, Scenario) else Scenario(reform)
    parts = [one for one in _flat(said.reform) if not _is_platform(one)]
    system = reforms_loader.apply(parts, platform())
    infos = (reforms_loader.describe(PLATFORM), *reforms_loader.applied(system))
    label = said.label or reforms_loader.name_of(parts) or PLATFORM
    return Law(label, system, infos, said.take_up, tuple(parts), named=said.label is not None)


def _flat(reform: Any) -> Iterator[Any]:
    if _is_list(reform):
        for one in reform:
            yield from _flat(one)
    else:
        yield reform


def _is_list(reform: Any) -> bool:
    return isinstance(reform, Sequence) and not isinstance(reform, str | Path | Mapping)


def _is_platform(reform: Any) -> bool:
    return reform is None or (isinstance(reform, str) and reform == PLATFORM)
