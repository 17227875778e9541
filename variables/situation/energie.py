"""L'énergie du logement : performance, contrat, dépenses, impayés, froid."""

from dept_rules.base import MONTH, ClasseDPE, Enum, Menage, Variable


class classe_dpe(Variable):
    value_type = Enum
    possible_values = ClasseDPE
    default_value = ClasseDPE.non_renseigne
    entity = Menage
    definition_period = MONTH
    label = "Classe du logement au diagnostic de performance énergétique (DPE)"
    question = "Quelle classe figure sur le diagnostic de performance énergétique du logement ?"
    burden = 4
