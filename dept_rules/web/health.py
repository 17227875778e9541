"""``/health``: whether the service answers, and with which rules."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from dept_rules.reforms_loader import name_of
from dept_rules.system import rules_version
from dept_rules.web.laws import current_laws

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> dict[str, Any]:
    """Say that the service answers."""
    return {"status": "ok", "rules": rules_version(), "reform": name_of(current_laws().configured)}
