"""Ce que MaPrimeRénov' laisse de place aux aides locales, et ce qu'elle paie de l'accompagnement.

Le montant de MaPrimeRénov' n'est pas calculé : c'est une réponse. Ne sont ici que les règles nationales
dont dépendent les aides du département :

1. la somme des aides ne dépasse pas une part du coût des travaux, selon la catégorie de revenus ; au-delà,
   c'est MaPrimeRénov' qui est réduite, non l'aide locale ;
2. un bonus national pour la sortie de passoire a existé jusqu'au 29 septembre 2025 ;
3. depuis 2024, l'État paie une part de l'accompagnement (Mon Accompagnateur Rénov') dans la limite d'un
   coût, plus haut pour les ménages très modestes en précarité énergétique ; depuis le 30 septembre 2025,
   pour les seuls logements classés E, F ou G.

Les chiffres sont ceux du premier jour du mois de la demande. Le plafond de 2021 à 2023 est celui des
travaux isolés, sur le coût hors taxes.

Non modélisé : le calcul de MaPrimeRénov', l'habitat indigne, la fermeture du guichet du 23 juin au
29 septembre 2025.
"""

from dept_rules.base import (
    ADD,
    MONTH,
    YEAR,
    CategorieRevenusAnah,
    Menage,
    Variable,
    clip,
    grille,
    max_,
    min_,
    where,
)

GUIDE = "Anah, guide des aides financières"


class maprimerenov_part_maximale_du_mois(Variable):
    value_type = float
    entity = Menage
    definition_period = MONTH
    label = "Part du coût que la somme des aides peut atteindre, pour une demande de ce mois-ci (sinon 0)"
    reference = GUIDE

    def formula_2021(menage, period, parameters):
        parts = parameters(period).maprimerenov.part_maximale
        part = grille(parts, menage("categorie_revenus_anah", period.this_year))
        return part * menage("demande_renovation_du_mois", period)


class maprimerenov_aides_maximales(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR"
    label = "Somme d'aides au-delà de laquelle MaPrimeRénov' est réduite"
    reference = GUIDE

    def formula_2021(menage, period):
        part = menage("maprimerenov_part_maximale_du_mois", period, options=[ADD])
        return part * menage("travaux_renovation_ht", period)

    def formula_2024(menage, period):
        part = menage("maprimerenov_part_maximale_du_mois", period, options=[ADD])
        return part * menage("travaux_renovation_ttc", period)


class maprimerenov_ecretee(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR"
    label = "MaPrimeRénov' une fois réduite par l'État, avant toute aide du département"
    reference = GUIDE

    def formula(menage, period):
        place = menage("maprimerenov_aides_maximales", period) - menage("autres_aides_renovation", period)
        return clip(place, 0, menage("maprimerenov", period))


class maprimerenov_place_restante(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR"
    label = "Place laissée aux aides du département sans que MaPrimeRénov' soit réduite"
    reference = GUIDE

    def formula(menage, period):
        autres = menage("maprimerenov", period) + menage("autres_aides_renovation", period)
        return max_(menage("maprimerenov_aides_maximales", period) - autres, 0)


class maprimerenov_bonus_sortie_passoire_du_mois(Variable):
    value_type = bool
    entity = Menage
    definition_period = MONTH
    label = "Bonus national de sortie de passoire ouvert, pour une demande de ce mois-ci"
    reference = GUIDE

    def formula_2021(menage, period, parameters):
        ouvert = parameters(period).maprimerenov.bonus_sortie_passoire
        return menage("demande_renovation_du_mois", period) & ouvert


class maprimerenov_accompagnement_du_mois(Variable):
    value_type = bool
    entity = Menage
    definition_period = MONTH
    label = "Logement que MaPrimeRénov' accompagne, pour une demande de ce mois-ci"
    reference = GUIDE

    def formula_2024(menage, period, parameters):
        rang_minimal = parameters(period).maprimerenov.accompagnement.rang_minimal
        rang = menage("rang_dpe_avant_travaux", period.this_year)
        return menage("demande_renovation_du_mois", period) & (rang >= rang_minimal)


class maprimerenov_part_accompagnement(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR"
    label = "Part nationale du coût de Mon Accompagnateur Rénov'"
    reference = GUIDE

    def formula_2024(menage, period, parameters):
        accompagnement = parameters(period).maprimerenov.accompagnement
        categorie = menage("categorie_revenus_anah", period)
        en_precarite = (categorie == CategorieRevenusAnah.tres_modeste) & menage(
            "precarite_energetique", period
        )
        maximum = where(en_precarite, accompagnement.cout_maximal_precarite, accompagnement.cout_maximal)
        cout = min_(menage("cout_accompagnement_renovation", period), maximum)
        admis = menage("maprimerenov_accompagnement_du_mois", period, options=[ADD])
        return admis * grille(accompagnement.taux, categorie) * cout
