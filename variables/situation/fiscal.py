"""Le foyer fiscal : son revenu fiscal de référence, par année de revenus."""

from dept_rules.base import YEAR, FoyerFiscal, Variable


class rfr(Variable):
    value_type = float
    entity = FoyerFiscal
    definition_period = YEAR
    unit = "EUR/year"
    minimum = 0.0
    label = "Revenu fiscal de référence, par année de revenus"
    question = "Quel revenu fiscal de référence figure sur l'avis d'impôt de cette année de revenus ?"
    burden = 4


class nombre_parts(Variable):
    value_type = float
    entity = FoyerFiscal
    definition_period = YEAR
    unit = "parts"
    minimum = 0.0
    label = "Nombre de parts du foyer fiscal, par année de revenus"
    question = "Combien de parts figurent sur l'avis d'impôt de cette année de revenus ?"
    burden = 4
