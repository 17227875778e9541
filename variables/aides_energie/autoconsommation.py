"""Aide à l'autoconsommation : un complément du département à la prime nationale aux panneaux solaires.

Engagement 7 de la plateforme de juin 2021. Aucune aide départementale chiffrée n'a été trouvée : le montant
par kilowatt-crête est celui de la prime nationale du printemps 2025, qu'il double alors.

Ouvre droit à l'aide, l'année de la demande de raccordement, le ménage :
1. dont la demande complète de raccordement tombe dans un trimestre dont la prime nationale a été lue ;
2. dont la catégorie de revenus est aidée ;
3. dont les panneaux ont une puissance, au plus la puissance maximale ;
4. dont les panneaux sont en toiture ;
5. dont l'installateur est qualifié RGE ;
6. qui vend le surplus de l'électricité ;
7. à qui la prime nationale laisse une part du coût à payer.

L'aide croît avec la puissance ; avec la prime nationale, elle ne dépasse pas le coût.

Les trimestres dont la prime n'a pas été lue ne sont pas modélisés : l'aide n'y est pas refusée par une
règle, elle n'y est pas calculée. Une demande sans date n'est d'aucun trimestre. La prime est celle du
premier jour du mois de la demande. L'aide est annuelle et son application se lit au 1er janvier : sa
première année est 2022.

Non modélisé : les trimestres non lus, dont tous ceux qui suivent le 30 juin 2025 ; la prime au-delà de la
puissance maximale ; le tarif d'achat du surplus ; les aides des communes.
"""

from dept_rules.base import ADD, MONTH, YEAR, Benefit, Menage, Variable, grille, max_, min_

PLATEFORME = "Douze engagements des départements de gauche 2021-2027 (juin 2021), engagement 7"
PRIME = "Arrêté tarifaire du 6 octobre 2021, prime à l'investissement de l'autoconsommation"


class prime_autoconsommation_lue_du_mois(Variable):
    value_type = bool
    entity = Menage
    definition_period = MONTH
    label = "Demande de raccordement de ce mois-ci, dans un trimestre dont la prime nationale a été lue"
    reference = PRIME

    def formula(menage, period, parameters):
        lue = parameters(period).prime_autoconsommation.trimestre_lu
        return menage("demande_raccordement_du_mois", period) & lue


class prime_autoconsommation_du_mois(Variable):
    value_type = float
    entity = Menage
    definition_period = MONTH
    unit = "EUR"
    label = "Prime nationale à l'autoconsommation, pour une demande de raccordement de ce mois-ci"
    reference = PRIME

    def formula_2022_11(menage, period, parameters):
        par_kwc = parameters(period).prime_autoconsommation.par_kwc
        prime = par_kwc * menage("puissance_panneaux", period.this_year)
        return prime * menage("prime_autoconsommation_lue_du_mois", period)


class aide_autoconsommation_condition_trimestre(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Demander le raccordement pendant un trimestre dont la prime nationale a été lue (les autres ne sont pas modélisés)"
    reference = PRIME

    def formula(menage, period):
        return menage("prime_autoconsommation_lue_du_mois", period, options=[ADD]) > 0


class aide_autoconsommation_condition_categorie(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Appartenir à une catégorie de revenus aidée"
    reference = PLATEFORME

    def formula(menage, period, parameters):
        par_kwc = parameters(period).aide_autoconsommation.par_kwc
        return grille(par_kwc, menage("categorie_revenus_anah", period)) > 0


class aide_autoconsommation_condition_puissance(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Avoir des panneaux qui ne dépassent pas la puissance maximale"
    reference = PLATEFORME

    def formula(menage, period, parameters):
        puissance = menage("puissance_panneaux", period)
        return (puissance > 0) & (puissance <= parameters(period).aide_autoconsommation.puissance_maximale)


class aide_autoconsommation_condition_toiture(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Avoir posé les panneaux en toiture"
    reference = PRIME

    def formula(menage, period):
        return menage("panneaux_en_toiture", period)


class aide_autoconsommation_condition_rge(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Avoir fait poser les panneaux par un installateur qualifié RGE"
    reference = PRIME

    def formula(menage, period):
        return menage("panneaux_installateur_rge", period)


class aide_autoconsommation_condition_surplus(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Consommer l'électricité des panneaux et en vendre le surplus"
    reference = PRIME

    def formula(menage, period):
        return menage("panneaux_vente_surplus", period)


class aide_autoconsommation_reste_a_payer(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR"
    label = "Reste à payer des panneaux, après la prime nationale"
    reference = PLATEFORME

    def formula(menage, period):
        prime = menage("prime_autoconsommation_du_mois", period, options=[ADD])
        return max_(menage("cout_panneaux", period) - prime, 0)


class aide_autoconsommation_condition_reste_a_payer(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Avoir un reste à payer sur les panneaux"
    reference = PLATEFORME

    def formula(menage, period):
        return menage("aide_autoconsommation_reste_a_payer", period) > 0


class aide_autoconsommation_eligibilite(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Remplir les conditions de l'aide à l'autoconsommation"
    reference = PLATEFORME

    def formula(menage, period, parameters):
        return (
            parameters(period).aide_autoconsommation.applique
            & menage("aide_autoconsommation_condition_trimestre", period)
            & menage("aide_autoconsommation_condition_categorie", period)
            & menage("aide_autoconsommation_condition_puissance", period)
            & menage("aide_autoconsommation_condition_toiture", period)
            & menage("aide_autoconsommation_condition_rge", period)
            & menage("aide_autoconsommation_condition_surplus", period)
            & menage("aide_autoconsommation_condition_reste_a_payer", period)
        )


class aide_autoconsommation(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR"
    label = "Aide à l'autoconsommation"
    reference = PLATEFORME
    benefit = Benefit(
        applies="aide_autoconsommation.applique",
        cliffs=(
            "Au-dessus du plafond des ménages modestes, l'aide est perdue en entier, deux ans après le revenu.",
        ),
    )

    def formula(menage, period, parameters):
        par_kwc = grille(
            parameters(period).aide_autoconsommation.par_kwc, menage("categorie_revenus_anah", period)
        )
        aide = min_(
            par_kwc * menage("puissance_panneaux", period),
            menage("aide_autoconsommation_reste_a_payer", period),
        )
        return aide * menage("aide_autoconsommation_eligibilite", period)
