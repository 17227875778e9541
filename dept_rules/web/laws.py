"""The laws a service speaks of: the configured one, and reforms on top of it, each built once."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from typing import Any

from flask import current_app
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules import reforms_loader
from dept_rules.errors import Fault, ReformError, UnknownNameError
from dept_rules.reforms_loader import PLATFORM
from dept_rules.system import baseline
from dept_rules.web.settings import Settings

#: Where `create_app` keeps the laws, in ``app.extensions``.
KEPT = "dept_rules_laws"
#: Of the figures that requests bring, so many reforms are kept.
OWN_FIGURES = 8


class Laws:
    """The laws of a service.

    Args:
        settings: which reform is configured, and which may be asked.

    Attributes:
        configured: the law of the service, the configured reform applied.
        asked: short names of the reforms that a request to the API may ask on top of it.
        previews: those that a calculator may compare with it; they open nothing to the API.

    Raises:
        UnknownNameError, ReformError: a configured reform does not exist, or has faults.
    """

    def __init__(self, settings: Settings) -> None:
        shipped = reforms_loader.names()
        wanted = shipped if settings.api.reforms is None else settings.api.reforms
        known = [*shipped, PLATFORM]
        for name in (*wanted, *settings.calculators.preview):
            if name not in known:
                raise UnknownNameError("reform", name, known)
        self._reform = settings.reform
        self._figures = settings.api.figures
        self.configured: TaxBenefitSystem = reforms_loader.apply(settings.reform, baseline())
        self.asked = tuple(dict.fromkeys(wanted))
        self.previews = settings.calculators.preview
        self._named: Callable[[str], TaxBenefitSystem] = functools.cache(self._apply)
        self._own: Callable[[str], TaxBenefitSystem] = functools.lru_cache(OWN_FIGURES)(self._apply_figures)

    def law(self, reform: str | Mapping[str, Any] | None = None) -> TaxBenefitSystem:
        """Return the configured law with a reform on top: a short name, or figures by name and date.

        The same reform gives the same system. A path is never read.

        Raises:
            UnknownNameError: no reform that may be asked has this name; the nearest ones are given.
            ReformError: the figures have faults, all of them listed, or the service takes none.
        """
        if reform is None:
            return self.configured
        if isinstance(reform, str):
            if reform not in self.asked:
                raise UnknownNameError("reform", reform, self.asked)
            return self._named(reform)
        if not self._figures:
            raise ReformError([Fault("", "own figures are not accepted here", "a name of /v1/reforms")])
        return self._own(json.dumps(reform, sort_keys=True))

    def preview(self, name: str) -> TaxBenefitSystem:
        """Return the configured law with a reform on top that calculators may compare it with.

        Raises:
            UnknownNameError: the configuration names no such one.
        """
        if name not in self.previews:
            raise UnknownNameError("reform", name, self.previews)
        return self._named(name)

    def name(self, reform: str | Mapping[str, Any] | None = None) -> str | None:
        """Return what a result calls a reform on top of the configured law; None for the platform."""
        given = [one for one in (self._reform, reform) if one is not None]
        return reforms_loader.name_of(given)

    def _apply(self, name: str) -> TaxBenefitSystem:
        return reforms_loader.apply(name, self.configured)

    def _apply_figures(self, text: str) -> TaxBenefitSystem:
        return reforms_loader.apply(json.loads(text), self.configured)


def current_laws() -> Laws:
    """Return the laws of the service whose request is being answered."""
    return current_app.extensions[KEPT]  # type: ignore[no-any-return]
