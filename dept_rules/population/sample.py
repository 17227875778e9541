"""A population to study: its tables, its weights, and what is known of how good it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dept_rules.entities import ENTITIES, Individu, Menage
from dept_rules.errors import UnknownNameError

if TYPE_CHECKING:
    import pandas as pd

#: The column of the strata of households in `Sample.extras`.
STRATUM = "strate"
#: How the names of columns of weights of replications begin there.
REPLICATE = "poids_replique"
#: Columns of the table of margins.
MARGINS = (
    "margin",
    "label",
    "category",
    "category_label",
    "target",
    "reached",
    "gap",
    "unit",
    "use",
    "scope",
    "territory",
    "standing",
    "source",
    "href",
    "year",
    "note",
)


@dataclass(frozen=True)
class Sample:
    """A population to study.

    Attributes:
        tables: by plural of the entity, as `dept_rules.calculate` reads them: ``individus`` and
            ``menages`` (with ``poids``, the weight of a household), ``familles`` and
            ``foyers_fiscaux`` where they are known. Only columns that the law reads.
        extras: by plural of the entity, tables indexed by identifier (``menage_id``…) of what
            the law does not read: sex, columns of the analyst; of households their stratum
            (``strate``) and weights of replications (``poids_replique…``), which studies read.
        margins: a table of what the sample was compared with, one row a category of a margin:
            target, reached, gap (their difference, in points where the unit is ``percent``),
            unit; use (``calage``: weights were made to reach it; ``controle``: a check); scope
            (``national`` figures stand in for those of the département), standing (``hypothese``
            is no statistic), source, year, note.
        notes: what must be known of the sample, in French, in sentences.
        about: where it comes from: ``origin`` ("synthetic" or "tables"), and for a synthetic
            sample ``departement``, ``seed``, ``year``, ``households`` and the version of the rules.
        calibrated: what weights were made to reach, a row a household (by ``menage_id``) and a column a
            category of a margin: those who draw the sample again bring these weighted sums back to
            what they are. None where it is not known.
    """

    tables: Mapping[str, pd.DataFrame]
    extras: Mapping[str, pd.DataFrame]
    margins: pd.DataFrame
    notes: tuple[str, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)
    calibrated: pd.DataFrame | None = None

    @property
    def weights(self) -> pd.Series[float]:
        """Return the weight of each household, by ``menage_id``; one each where there are none."""
        homes = self.tables[Menage.plural].set_index(f"{Menage.key}_id")
        if "poids" in homes:
            return homes["poids"].astype(float)
        import pandas as pd

        return pd.Series(1.0, index=homes.index, name="poids")

    @property
    def stratum(self) -> pd.Series[Any] | None:
        """Return the stratum of each household, by ``menage_id``; None where it is not known."""
        extra = self.extras.get(Menage.plural)
        return None if extra is None or STRATUM not in extra else extra[STRATUM]

    @property
    def hypotheses(self) -> pd.DataFrame:
        """Return the rows of `margins` whose target is an assumption rather than a statistic."""
        return self.margins[self.margins["standing"] == "hypothese"]

    def column(self, name: str) -> pd.Series[Any]:
        """Return a column of the tables or of the extras, by identifier of its entity.

        Raises:
            UnknownNameError: no table has it.
        """
        known: list[str] = []
        for entity in ENTITIES:
            for part in (self.tables, self.extras):
                table = part.get(entity.plural)
                if table is None:
                    continue
                known += list(map(str, table.columns))
                if name in table:
                    key = f"{entity.key}_id"
                    return (table.set_index(key) if key in table else table)[name]
        raise UnknownNameError("column", name, known)

    def write(self, path: str | Path) -> None:
        """Write the sample: one Parquet file, or one CSV file beside a ``.json`` of what is known of it.

        `dept_rules.population.load` reads both back.

        Raises:
            TableError: the extension is another, pyarrow is missing, the file cannot be written.
        """
        from dept_rules.population import storage

        storage.write(self, Path(path))

    def __repr__(self) -> str:
        people, homes = (len(self.tables[entity.plural]) for entity in (Individu, Menage))
        origin = self.about.get("departement", self.about.get("origin", ""))
        total = float(self.weights.sum())
        return f"<Sample {origin}: {homes} menages, {people} individus, {total:,.0f} menages weighted>"
