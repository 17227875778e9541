"""The command line, ``dept-rules``: no computation here, only questions and answers."""

from __future__ import annotations

import click

from dept_rules.cli import batches, catalogue, embed, households, populations, records, serve, studies


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dept-rules")
def main() -> None:
    """Estimer les aides des départements : un ménage, une population, un service. Pas des décisions."""


for command in (
    households.calculate,
    households.explain,
    populations.make,
    studies.compare,
    records.record,
    records.verify,
    records.diff,
    catalogue.list_benefits,
    catalogue.parameters,
    catalogue.list_reforms,
    catalogue.list_inputs,
    batches.batch,
    serve.serve,
    embed.embed_snippet,
):
    main.add_command(command)
