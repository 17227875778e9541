"""Populations as tables: read and checked on the way in, indexed by identifier on the way out.

A population is either

- one flat table of people: `individu_id`, `menage_id` and `menage_role`, the people of a
  household in consecutive rows; or
- several tables, by plural of the entity: `individus` (the same columns, rows in any order),
  `menages` (`menage_id`), and where they are known `familles` and `foyers_fiscaux`.

Either may have `famille_id` and `famille_role`, `foyer_fiscal_id` and `foyer_fiscal_role`
(else these groups are derived, each under the identifier of its head), `poids` (the survey
weight of a household), and inputs, by name or by name and period (`salaire_net@2026-11`).
An input of a group stands in the table of the group, or in that of people, where it is the
same for all its members. Roles have their names of OpenFisca-France, singular or plural.
An empty cell is not an answer.

Tables are DataFrames, or CSV (UTF-8, commas, decimal points) or Parquet files. Faults name
the column and the rows, counted from 1 without the header, and never repeat a value.
"""

from dept_rules.tables.files import write
from dept_rules.tables.reading import read
from dept_rules.tables.results import frame
from dept_rules.tables.sifting import Reject, sift

__all__ = ["Reject", "frame", "read", "sift", "write"]
