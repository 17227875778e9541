"""Précarité énergétique : la détecter, pour proposer un accompagnement ; ce n'est pas un versement.

Engagement 7 de la plateforme de juin 2021. Les deux premiers indices sont ceux de l'Observatoire national
de la précarité énergétique : des statistiques, non des règles de droit.

Est en précarité énergétique le ménage qui présente au moins un de ces indices :
1. il est dans les trois premiers déciles de niveau de vie et l'énergie du logement lui coûte plus que le
   taux d'effort (TEE_3D) ;
2. il est dans les trois premiers déciles de niveau de vie et a eu froid pour un motif de précarité (FR_3D) ;
3. son logement est classé F ou G et ses revenus sont modestes ou très modestes au sens de l'Anah ;
4. il a un impayé d'énergie.

Qu'un seul suffise est une hypothèse ; chaque indice se retire par réforme. Sans revenu disponible, ou
s'il est négatif, le taux d'effort n'est pas défini : toute dépense d'énergie le dépasse (hypothèse). La
classe du logement est celle du 1er janvier.

Non modélisé : les dépenses corrigées du climat ; les bas revenus à dépenses élevées (BRDE) ; la dépense
qu'il faudrait pour se chauffer, quand le ménage se prive ; le carburant.
"""

from dept_rules.base import YEAR, Benefit, CategorieRevenusAnah, ClasseDPE, Menage, Variable, max_

PLATEFORME = "Douze engagements des départements de gauche 2021-2027 (juin 2021), engagement 7"
ONPE = "Observatoire national de la précarité énergétique (ONPE), définition des indicateurs"


class precarite_energetique_depenses_soutenables(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR/year"
    label = "Dépenses d'énergie que le revenu disponible supporte, au taux d'effort"
    reference = ONPE

    def formula(menage, period, parameters):
        taux = parameters(period).precarite_energetique.taux_effort
        return taux * max_(menage("revenu_disponible", period), 0)


class precarite_energetique_revenus_modestes(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Avoir un niveau de vie dans les trois premiers déciles"
    reference = ONPE

    def formula(menage, period, parameters):
        return menage("niveau_de_vie", period) < parameters(period).precarite_energetique.niveau_de_vie


class precarite_energetique_indice_taux_effort(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Indice : consacrer à l'énergie une trop grande part d'un revenu modeste (TEE_3D)"
    reference = ONPE

    def formula(menage, period):
        depenses = menage("depenses_energie_logement", period)
        excessives = depenses > menage("precarite_energetique_depenses_soutenables", period)
        return excessives & menage("precarite_energetique_revenus_modestes", period)


class precarite_energetique_indice_froid(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Indice : avoir eu froid chez soi, avec un revenu modeste (FR_3D)"
    reference = ONPE

    def formula(menage, period):
        return menage("froid_ressenti", period) & menage("precarite_energetique_revenus_modestes", period)


class precarite_energetique_indice_passoire(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Indice : vivre dans un logement classé F ou G, avec des revenus modestes ou très modestes"
    reference = PLATEFORME

    def formula(menage, period):
        classe = menage("classe_dpe", period.first_month)
        categorie = menage("categorie_revenus_anah", period)
        modeste = (categorie == CategorieRevenusAnah.modeste) | (
            categorie == CategorieRevenusAnah.tres_modeste
        )
        return ((classe == ClasseDPE.f) | (classe == ClasseDPE.g)) & modeste


class precarite_energetique_indice_impayes(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Indice : avoir un impayé d'énergie"
    reference = PLATEFORME

    def formula(menage, period):
        return menage("impayes_energie", period) > 0


class precarite_energetique_condition_indice(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Présenter au moins un indice de précarité énergétique"
    reference = PLATEFORME

    def formula(menage, period, parameters):
        retenus = parameters(period).precarite_energetique.indices_retenus
        return (
            (retenus.taux_effort & menage("precarite_energetique_indice_taux_effort", period))
            | (retenus.froid & menage("precarite_energetique_indice_froid", period))
            | (retenus.passoire & menage("precarite_energetique_indice_passoire", period))
            | (retenus.impayes & menage("precarite_energetique_indice_impayes", period))
        )


class precarite_energetique_eligibilite(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Relever d'un accompagnement contre la précarité énergétique"
    reference = PLATEFORME

    def formula(menage, period, parameters):
        return parameters(period).precarite_energetique.applique & menage(
            "precarite_energetique_condition_indice", period
        )


class precarite_energetique(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Précarité énergétique détectée"
    reference = PLATEFORME
    benefit = Benefit(
        applies="precarite_energetique.applique",
        cliffs=(
            "La détection cesse d'un coup quand le niveau de vie atteint le troisième décile, quand le taux "
            "d'effort passe sous son seuil ou quand les revenus quittent la catégorie modeste de l'Anah.",
        ),
    )

    def formula(menage, period):
        return menage("precarite_energetique_eligibilite", period)
