"""Charts are drawn from the exact lines, or refused with a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

import dept_rules as dr
from dept_rules.explanation.charts import ChartError, draw

ALONE = Path(__file__).parents[2] / "examples" / "jeune_salarie_seul.json"


@pytest.mark.parametrize("name", ["chart.png", "chart.svg"])
def test_a_chart_is_drawn(tmp_path, name):
    draw(dr.what_if(ALONE, "salaire_net", "2026-11", benefits=["revenu_de_base"]), tmp_path / name)
    content = (tmp_path / name).read_bytes()
    assert content.startswith(b"\x89PNG") if name.endswith("png") else b"<svg" in content


def test_what_cannot_be_drawn_is_refused(tmp_path):
    wages = dr.what_if(ALONE, "salaire_net", "2026-11", benefits=["revenu_de_base"])
    with pytest.raises(ChartError, match=r"\.png"):
        draw(wages, tmp_path / "chart.pdf")
    with pytest.raises(ChartError, match="no amount"):
        draw(dr.what_if(ALONE, "period", "2026-11", benefits=["revenu_de_base"]), tmp_path / "chart.png")
