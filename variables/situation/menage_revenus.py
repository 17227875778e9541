"""Les revenus du ménage entier : disponible et niveau de vie au sens de l'Insee, fiscal de référence."""

from dept_rules.base import YEAR, FoyerFiscal, Menage, Variable, max_, not_, ratio


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
    question_vous = "De quel revenu tous les occupants du logement ont-ils disposé ensemble cette année, prestations comprises et impôts payés ?"
    decisive = True
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


class rfr_occupants(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR/year"
    label = "Somme des revenus fiscaux de référence des occupants, par année de revenus"
    documentation = """
    Choix : le revenu d'un foyer fiscal est partagé entre ses déclarants, chacun l'apportant au
    logement qu'il occupe. Un couple qui vit ensemble le compte donc une fois, une personne à
    charge n'apporte rien.
    """

    def formula(menage, period):
        foyer = menage.members.foyer_fiscal
        part = foyer("rfr", period) / max_(foyer.nb_persons(FoyerFiscal.DECLARANT), 1)
        return menage.sum(menage.members.has_role(FoyerFiscal.DECLARANT) * part)
