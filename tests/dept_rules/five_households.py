"""Five households of 2026 whose revenu de base is computed by hand.

RSA of a single person (montant forfaitaire): 646.52 € from January to March, 651.69 € from April on.
Only the revenu de base of the platform is added to the law in force. It is the RSA, less 30 % of wages
and all other income, from 18 to the month that follows the 25th birthday:

- ada (weight 100), 20, without income: 3 × 646.52 + 9 × 651.69 = 7,804.77 €
- bilal (50), 22, earns 400 €: 7,804.77 − 12 × 120 = 6,364.77 €
- carole (200), 30: nothing
- diane (10), 19, lives with her two parents, has a grant of 300 €: 7,804.77 − 12 × 300 = 4,204.77 €
- elio (40), 24 until 15 July, earns 1,200 €: 3 × (646.52 − 360) + 4 × (651.69 − 360) = 2,026.32 €
"""

from __future__ import annotations

import pandas as pd

import dept_rules as dr

ONLY = ["droit_en_vigueur", {"revenu_de_base.applique": {"2026-01-01": True}}]
PAID = {"ada": 7804.77, "bilal": 6364.77, "diane": 4204.77, "elio": 2026.32}
WEIGHTS = {"A": 100.0, "B": 50.0, "C": 200.0, "D": 10.0, "E": 40.0}
#: 100 × 7,804.77 + 50 × 6,364.77 + 10 × 4,204.77 + 40 × 2,026.32
TOTAL = 1_221_816.00


def table() -> pd.DataFrame:
    names = ("individu_id", "menage_id", "menage_role", "date_naissance", "salaire_net", "bourse", "income")
    rows = [
        ("ada", "A", "personne_de_reference", "2005-03-10", 0, 0, 4_000),
        ("bilal", "B", "personne_de_reference", "2003-05-01", 400, 0, 9_200),
        ("carole", "C", "personne_de_reference", "1995-06-06", 1500, 0, 18_000),
        ("dora", "D", "personne_de_reference", "1978-01-02", 1200, 0, 30_000),
        ("denis", "D", "conjoint", "1977-01-02", 900, 0, 30_000),
        ("diane", "D", "enfants", "2006-09-09", 0, 300, 30_000),
        ("elio", "E", "personne_de_reference", "2001-07-15", 1200, 0, 14_000),
    ]
    made = pd.DataFrame(rows, columns=names)
    made = made.rename(columns={"bourse": "bourse_enseignement_sup", "income": "revenu_disponible"})
    made["poids"] = made["menage_id"].map(WEIGHTS)
    made["statut_activite"] = ["chomeur", "actif", "actif", "actif", "actif", "etudiant", "actif"]
    return made


def study(**options) -> dr.Study:
    return dr.compare(table(), [ONLY], "2026", **({"replications": 0} | options))
