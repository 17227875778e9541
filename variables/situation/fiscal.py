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
    decisive = True
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


class personnes_foyer_fiscal_ailleurs(Variable):
    value_type = int
    entity = FoyerFiscal
    definition_period = YEAR
    unit = "persons"
    minimum = 0
    label = "Personnes du foyer fiscal qui ne sont pas décrites ici, par année de revenus"
    question = "Combien de personnes de l'avis d'impôt vivent ailleurs et n'ont pas été décrites ?"
    burden = 2
