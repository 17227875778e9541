"""``/health``: whether the service answers, and with which rules."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from dept_rules.system import rules_version
from dept_rules.web.answers import Health
from dept_rules.web.laws import current_laws
from dept_rules.web.operations import operation

blueprint = Blueprint("health", __name__)


@operation(
    blueprint,
    "GET",
    "/health",
    "Whether the service answers.",
    answer=Health,
    tag="service",
)
def health() -> dict[str, Any]:
    """Say that the service answers."""
    return {"status": "ok", "rules": rules_version(), "reform": current_laws().name()}
