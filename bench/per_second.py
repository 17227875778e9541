"""What one worker of the service answers through HTTP, all benefits of a household: `service.py`, in a row.

python bench/per_second.py
"""

from __future__ import annotations

import json
import subprocess
import sys

import measure

TARGET, TAIL = 150, 5.0


def main() -> None:
    """Run the bench of the service, and say whether it is fast enough."""
    command = [sys.executable, str(measure.HERE / "service.py"), "--requests", str(measure.size(600, 20))]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found = json.loads(done.stdout)["all_benefits"]
    rate, tail = found["requests_per_core_second"], found["one_client"]["p99_over_median"]
    measure.row(
        "les mêmes aides par l'API HTTP, un processus",
        f"≥ {TARGET} requêtes par seconde de cœur, 99e centile ≤ {TAIL:g} × la médiane",
        f"{measure.number(rate, 3)} requêtes par seconde, {measure.number(tail)} × la médiane",
        reached=rate >= TARGET and tail <= TAIL,
        **found,
    )


if __name__ == "__main__":
    main()
