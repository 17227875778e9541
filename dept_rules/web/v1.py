"""``/v1``: the library's own questions, asked over HTTP."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import orjson
from flask import Blueprint, Response, request
from openfisca_core.periods import Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from pydantic import ValidationError

import dept_rules
from dept_rules import calculation, provenance, reforms_loader, schema, situations
from dept_rules.errors import Fault, PeriodError, SituationError
from dept_rules.system import benefits as known_benefits
from dept_rules.system import variable
from dept_rules.web import answers, models
from dept_rules.web.bodies import BodyError, below, check_situation, limits, read_json
from dept_rules.web.computing import computing
from dept_rules.web.faults import faults_of
from dept_rules.web.laws import Laws, current_laws
from dept_rules.web.operations import BODY_REFUSALS, QUERY_REFUSALS, operation

blueprint = Blueprint("v1", __name__)
Asked = TypeVar("Asked", bound=models.Model)
#: Answers of the catalogue that are kept, of each kind.
KEPT = 64
#: How long others may keep them, in seconds.
FRESH = 300


@operation(
    blueprint,
    "POST",
    "/v1/entitlements",
    "Who of a situation is entitled to what in a month, and why not.",
    body=models.EntitlementsRequest,
    answer=answers.EntitlementsAnswer,
    refusals=BODY_REFUSALS,
)
def entitlements() -> Response:
    """Answer what `dept_rules.evaluate` gives."""
    asked = checked(models.EntitlementsRequest, read_json())
    with computing():
        return as_json(entitlements_of(asked))


@operation(
    blueprint,
    "POST",
    "/v1/next-questions",
    "Which missing answers can still change an outcome, the best to ask first.",
    body=models.QuestionsRequest,
    answer=answers.QuestionsAnswer,
    refusals=BODY_REFUSALS,
)
def next_questions() -> Response:
    """Answer what `dept_rules.next_questions` gives."""
    asked = checked(models.QuestionsRequest, read_json())
    with computing():
        case = opened(asked)
        return as_json(dept_rules.next_questions(**case).to_dict())


@operation(
    blueprint,
    "POST",
    "/v1/what-if",
    "Where the outcomes change as one answer does, or as months pass.",
    body=models.WhatIfRequest,
    answer=answers.WhatIfAnswer,
    refusals=BODY_REFUSALS,
)
def what_if() -> Response:
    """Answer what `dept_rules.what_if` gives."""
    asked = checked(models.WhatIfRequest, read_json())
    most = limits().months
    if asked.months is not None and asked.months > most:
        raise BodyError([Fault("months", "is too large", f"at most {most}")])
    months = most if asked.months is None else asked.months
    with computing():
        case = opened(asked)
        with below("variable"), _of_whom(asked, case["reform"]):
            found = dept_rules.what_if(**case, variable=asked.variable, entity=asked.entity, months=months)
        return as_json(found.to_dict())


@operation(
    blueprint,
    "GET",
    "/v1/benefits",
    "The benefits, as they stand in a month.",
    query=models.BenefitsQuery,
    answer=list[answers.Benefit],
    refusals=QUERY_REFUSALS,
)
def benefits() -> Response:
    """Answer what ``dept-rules benefits --json`` prints."""
    asked = checked(models.BenefitsQuery, request.args.to_dict())
    return kept(_benefits(current_laws(), asked.reform, asked.period or calculation.this_month()))


@operation(
    blueprint,
    "GET",
    "/v1/parameters",
    "The figures of the law in a month, with source, date and standing.",
    query=models.ParametersQuery,
    answer=list[answers.Figure],
    refusals=QUERY_REFUSALS,
)
def parameters() -> Response:
    """Answer what ``dept-rules parameters --json`` prints."""
    asked = checked(models.ParametersQuery, request.args.to_dict())
    month = asked.period or calculation.this_month()
    return kept(_parameters(current_laws(), asked.reform, month, asked.name))


@operation(
    blueprint,
    "GET",
    "/v1/reforms",
    "The reforms that a request may ask for.",
    answer=list[answers.Reform],
)
def reforms() -> Response:
    """Answer what ``dept-rules reforms --json`` prints, of those that may be asked."""
    return kept(_reforms(current_laws()))


# --- one case ------------------------------------------------------------------------------------


def checked(model: type[Asked], data: Any) -> Asked:
    """Return what a request asks for.

    Raises:
        BodyError: with every fault found in its shape.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise BodyError(faults_of(error, data)) from None


def opened(asked: models.Case) -> dict[str, Any]:
    """Return the arguments that every question of the library takes.

    Raises:
        BodyError: the situation, the month, the law or the benefits have faults.
    """
    check_situation(asked.situation, "situation")
    with below("reform"):
        law = current_laws().law(asked.reform)
    period = asked.period or calculation.this_month()
    month = _month(law, period)
    with below("situation"):
        situation = situations.read(asked.situation, law, month)
    names = known_benefits(law)
    unknown = [rank for rank, name in enumerate(asked.benefits or ()) if name not in names]
    if unknown:
        raise BodyError(
            Fault(f"benefits/{rank}", "unknown benefit", "a name of /v1/benefits") for rank in unknown
        )
    return {"situation": situation, "period": period, "reform": law, "benefits": asked.benefits}


def entitlements_of(asked: models.EntitlementsRequest) -> dict[str, Any]:
    """Return what `dept_rules.evaluate` gives as plain data, with explanations on request.

    Raises:
        BodyError: what was asked has faults.
    """
    case = opened(asked)
    with below("situation"):
        if asked.explanations:
            return _explained(asked, case)
        found = dept_rules.evaluate(**case, mode=asked.mode).to_dict()
    return {**found, "reform": current_laws().name(asked.reform)}


def _explained(asked: models.EntitlementsRequest, case: dict[str, Any]) -> dict[str, Any]:
    if asked.mode == "strict":
        dept_rules.evaluate(**case, mode="strict")
    explained = dept_rules.explain(**case, mode="partial" if asked.mode == "partial" else "assume")
    return {
        **explained.result.to_dict(),
        "reform": current_laws().name(asked.reform),
        "explanations": [one.to_dict() for one in explained],
    }


@contextmanager
def _of_whom(asked: models.WhatIfRequest, law: TaxBenefitSystem) -> Iterator[None]:
    """Tell at its place that an answer cannot vary, or that it is not said whose."""
    try:
        yield
    except SituationError as error:
        place = "variable" if variable(law, asked.variable).value_type is str else "entity"
        raise BodyError(Fault(place, one.problem, one.expected) for one in error.faults) from None


def _month(law: TaxBenefitSystem, text: str) -> Period:
    month = calculation.read_month(text)
    try:
        provenance.check_period(law, month)
    except PeriodError:
        covered = provenance.coverage(law)
        expected = f"a month from {covered.first} to {covered.last}"
        raise BodyError([Fault("period", "is not modelled", expected)]) from None
    return month


# --- the catalogue -------------------------------------------------------------------------------


@functools.lru_cache(KEPT)
def _benefits(laws: Laws, reform: str | None, period: str) -> bytes:
    with below("reform"):
        law = laws.law(reform)
    return orjson.dumps(schema.list_benefits(law, _month(law, period)))


@functools.lru_cache(KEPT)
def _parameters(laws: Laws, reform: str | None, period: str, name: str | None) -> bytes:
    with below("reform"):
        law = laws.law(reform)
    at = _month(law, period).start
    with below("name"):
        names = provenance.names(law, name)
    found = [figure for one in names if (figure := provenance.figure_or_none(law, one, at))]
    return orjson.dumps([provenance.to_dict(one) for one in found], default=str)


@functools.lru_cache(KEPT)
def _reforms(laws: Laws) -> bytes:
    infos = [reforms_loader.to_dict(reforms_loader.describe(name)) for name in laws.asked]
    return orjson.dumps(infos, default=str)


# --- answers -------------------------------------------------------------------------------------


def as_json(data: Any) -> Response:
    """Return plain data as an answer; numbers that are not finite are null."""
    return Response(orjson.dumps(data), mimetype="application/json")


def kept(text: bytes) -> Response:
    """Return a JSON text as an answer that others may keep for a while."""
    made = Response(text, mimetype="application/json")
    made.cache_control.public = True
    made.cache_control.max_age = FRESH
    made.add_etag()
    made.make_conditional(request)
    return made
