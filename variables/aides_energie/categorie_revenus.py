"""Catégorie de revenus du ménage pour les aides de l'Anah, que reprennent les aides à la rénovation.

Arrêté du 24 mai 2013 (plafonds de ressources). Les ressources sont la somme des revenus fiscaux de
référence des occupants ; elles se comparent à des plafonds selon le nombre d'occupants et selon que le
logement est ou non en Île-de-France. Le ménage au plafond en fait encore partie. Au-dessus du dernier
plafond, la catégorie est « supérieure ».

Choix : le revenu est celui de l'avant-dernière année, connu toute l'année ; l'Anah prend celui de l'année
précédente dès que l'avis est disponible, à la fin de l'été. Le revenu d'un foyer fiscal est partagé entre
ses déclarants, chacun l'apportant au logement qu'il occupe. Sans déclarant parmi les occupants, la
catégorie n'est pas connue. Le logement et les occupants sont ceux du 1er janvier.

Non modélisé : les plafonds d'avant 2021 ; l'outre-mer, traité comme le reste hors Île-de-France ;
l'enfant à naître.
"""

from dept_rules.base import (
    YEAR,
    CategorieRevenusAnah,
    Enum,
    FoyerFiscal,
    Menage,
    Variable,
    not_,
    par_taille,
    select,
    where,
)

ARRETE = "Arrêté du 24 mai 2013 relatif aux plafonds de ressources applicables à certains bénéficiaires des subventions de l'Anah"


class ressources_anah(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR/year"
    label = "Ressources du ménage pour l'Anah : revenus fiscaux de référence des occupants"
    reference = ARRETE

    def formula_2021(menage, period):
        return menage("rfr_occupants", period.n_2)


class plafond_anah_tres_modeste(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR/year"
    label = "Plafond de ressources des ménages très modestes, pour la taille du ménage et sa région"
    reference = ARRETE

    def formula_2021(menage, period, parameters):
        plafonds = parameters(period).plafonds_ressources_anah
        occupants = menage.nb_persons()
        return where(
            menage("en_ile_de_france", period.first_month),
            par_taille(plafonds.ile_de_france.tres_modeste, occupants),
            par_taille(plafonds.autres_regions.tres_modeste, occupants),
        )


class plafond_anah_modeste(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR/year"
    label = "Plafond de ressources des ménages modestes, pour la taille du ménage et sa région"
    reference = ARRETE

    def formula_2021(menage, period, parameters):
        plafonds = parameters(period).plafonds_ressources_anah
        occupants = menage.nb_persons()
        return where(
            menage("en_ile_de_france", period.first_month),
            par_taille(plafonds.ile_de_france.modeste, occupants),
            par_taille(plafonds.autres_regions.modeste, occupants),
        )


class plafond_anah_intermediaire(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR/year"
    label = "Plafond de ressources des ménages intermédiaires, pour la taille du ménage et sa région"
    reference = ARRETE

    def formula_2021(menage, period, parameters):
        plafonds = parameters(period).plafonds_ressources_anah
        occupants = menage.nb_persons()
        return where(
            menage("en_ile_de_france", period.first_month),
            par_taille(plafonds.ile_de_france.intermediaire, occupants),
            par_taille(plafonds.autres_regions.intermediaire, occupants),
        )


class categorie_revenus_anah(Variable):
    value_type = Enum
    possible_values = CategorieRevenusAnah
    default_value = CategorieRevenusAnah.non_renseigne
    entity = Menage
    definition_period = YEAR
    label = "Catégorie de revenus du ménage pour les aides de l'Anah"
    reference = ARRETE

    def formula_2021(menage, period):
        ressources = menage("ressources_anah", period)
        return select(
            [
                not_(menage.any(menage.members.has_role(FoyerFiscal.DECLARANT))),
                ressources <= menage("plafond_anah_tres_modeste", period),
                ressources <= menage("plafond_anah_modeste", period),
                ressources <= menage("plafond_anah_intermediaire", period),
            ],
            [
                CategorieRevenusAnah.non_renseigne,
                CategorieRevenusAnah.tres_modeste,
                CategorieRevenusAnah.modeste,
                CategorieRevenusAnah.intermediaire,
            ],
            CategorieRevenusAnah.superieure,
        )
