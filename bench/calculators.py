"""What a step of the calculators costs the server, and what their first page weighs. Prints JSON.

python bench/calculators.py

Each journey is filled in without a browser, several times; a step is one form sent, from the request
to the whole page; `cpu` is the time of the processor alone, which other work does not lengthen.
`in_evaluations` says the same in evaluations of the same aids, timed in the same run.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))

from forms import Page, filled, first
from journeys import ALL, Journey
from werkzeug.datastructures import MultiDict

import dept_rules as dr
from dept_rules.web.app import create_app
from dept_rules.web.settings import Settings

MONTH = "2026-11"


def steps(client, journey: Journey, address: str) -> list[tuple[float, float]]:
    """Return the milliseconds of each step, in all and of the processor, the result last."""
    fields, times = first(journey, MONTH), []
    while True:
        start, cpu = time.perf_counter(), time.process_time()
        response = client.post(address, data=MultiDict(fields), headers={"Accept-Encoding": "gzip"})
        times.append((1000 * (time.perf_counter() - start), 1000 * (time.process_time() - cpu)))
        page = Page(client.post(address, data=MultiDict(fields)).text)
        assert response.status_code == 200
        if page.is_result:
            return times
        fields = filled(page, journey)


def evaluation(journey: Journey, benefits: list[str] | None) -> float:
    """Return the milliseconds of a plain evaluation."""
    times = []
    for _ in range(5):
        start = time.perf_counter()
        dr.evaluate(journey.situation, MONTH, benefits=benefits)
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def measured(client, journey: Journey, address: str, benefits: list[str] | None, times: int) -> dict:
    """Return what one journey costs."""
    runs = [steps(client, journey, address) for _ in range(times)]
    each, cpu = (
        [statistics.median(run[rank][kind] for run in runs) for rank in range(len(runs[0]))]
        for kind in (0, 1)
    )
    one = evaluation(journey, benefits)
    return {
        "steps": len(each),
        "median_ms": round(statistics.median(each), 1),
        "median_cpu_ms": round(statistics.median(cpu), 1),
        "slowest_question_ms": round(max(each[:-1]), 1),
        "result_ms": round(each[-1], 1),
        "in_evaluations": round(statistics.median(each) / one, 1),
    }


def weights(client) -> dict[str, int]:
    """Return the bytes of the body of what the first page needs, compressed."""
    found = {}
    for name in (
        "/calculateur/revenu-de-base",
        "/calculateur/fichiers/style.css",
        "/calculateur/fichiers/theme.css",
        "/calculateur/fichiers/cadre.js",
        "/embed.js",
    ):
        found[name] = len(client.get(name, headers={"Accept-Encoding": "gzip"}).get_data())
    return {**found, "first_page": sum(found.values()) - found["/embed.js"]}


def main() -> None:
    """Print the measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=3, help="how often each journey is filled in")
    times = parser.parse_args().times
    client = create_app(Settings()).test_client()
    steps(client, ALL[0], "/calculateur")
    one_aid = {
        f"{one.example}, {one.slug}": measured(client, one, f"/calculateur/{one.slug}", [one.benefit], times)
        for one in ALL
    }
    all_aids = {one.example: measured(client, one, "/calculateur", None, times) for one in ALL}
    summary = {
        name: {
            kind: round(statistics.median(one[kind] for one in found.values()), 1)
            for kind in ("median_ms", "median_cpu_ms")
        }
        for name, found in (("one_aid", one_aid), ("all_aids", all_aids))
    }
    print(
        json.dumps(
            {"step": summary, "one_aid": one_aid, "all_aids": all_aids, "bytes": weights(client)},
            ensure_ascii=False,
            indent=2,
        )
    )


if __name__ == "__main__":
    main()
