"""Le revenu du ménage entier et son niveau de vie, au sens de l'Insee."""

from dept_rules.base import YEAR, Menage, Variable, max_, not_, ratio


class revenu_disponible(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR/year"
    label = "Revenu disponible du ménage"
    question = (
        "De quel revenu tous les occupants ont-ils disposé ensemble cette année, prestations comprises "
        "et impôts payés ?"
    )
    burden = 4


class unites_consommation(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "uc"
    label = "Unités de consommation du ménage selon l'Insee (âges au 1er janvier)"

    def formula(menage, period, parameters):
        unites = parameters(period).unites_consommation
        enfant = menage.members("age", period.first_month) < unites.age_enfant_exclu
        autres = max_(menage.sum(not_(enfant)) - 1, 0)
        return unites.premier_adulte + unites.autre_personne * autres + unites.enfant * menage.sum(enfant)


class niveau_de_vie(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR/year"
    label = "Niveau de vie : revenu disponible par unité de consommation de l'Insee"

    def formula(menage, period):
        return ratio(menage("revenu_disponible", period), menage("unites_consommation", period))
