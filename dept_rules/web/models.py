"""What the requests of the API hold: these models check them, and document them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Month = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$",
        description="A month. The current month where it is not given.",
        examples=["2026-11"],
    ),
]
Name = Annotated[str, Field(min_length=1, max_length=100)]
#: By name of a parameter, then by day or span of days.
Figures = Annotated[
    dict[str, dict[str, Any]],
    Field(
        min_length=1,
        max_length=200,
        examples=[{"revenu_de_base.degressivite.revenus_activite": {"2026-01-01": 0.5}}],
    ),
]
ReformAsked = Annotated[
    Name | Figures | None,
    Field(
        description="A reform on top of the law of this service: the short name of one that `/v1/reforms` "
        "lists, or figures by name and date. A path is never read."
    ),
]
Benefits = Annotated[
    list[Name] | None,
    Field(min_length=1, max_length=100, description="The benefits asked; all of them by default."),
]


class Model(BaseModel):
    """A body, or a part of one: no other name is allowed, and no value is converted."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class Case(Model):
    """A situation, a month, a law."""

    situation: dict[str, Any]
    period: Month | None = None
    reform: ReformAsked = None
    benefits: Benefits = None


class EntitlementsRequest(Case):
    """Who is entitled to what, and why not.

    ``mode``: "assume" takes declared defaults for the answers that are missing, and lists them;
    "strict" refuses a situation that lacks one; "partial" assumes nothing: verdicts may be
    undetermined, and amounts are pairs of bounds.
    """

    mode: Literal["assume", "strict", "partial"] = "assume"
    explanations: bool = False


class QuestionsRequest(Case):
    """Which missing answers can still change an outcome."""


class WhatIfRequest(Case):
    """Where the outcomes change as one answer does, or as months pass (``variable: "period"``)."""

    variable: Name
    entity: Name | None = None
    months: Annotated[int, Field(ge=1, le=600, description="How far ahead, for `period`.")] | None = None


class BenefitsQuery(Model):
    """Which benefits there are in a month."""

    period: Month | None = None
    reform: Name | None = None


class ParametersQuery(BenefitsQuery):
    """Which figures the law holds in a month; one of them, or those below a name."""

    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
