"""``serve``: the service and the calculators."""

from __future__ import annotations

import click

from dept_rules.cli.common import refusing
from dept_rules.errors import DeptRulesError


class MissingExtraError(DeptRulesError, ImportError):
    """A part of the package that needs libraries which are not installed."""


@click.command()
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535), help="Port.")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADRESSE", help="Adresse d'écoute.")
@click.option("--workers", type=click.IntRange(1, 256), help="Nombre de processus.")
@click.option(
    "--reform",
    metavar="NOM|FICHIER",
    help="Réforme livrée, ou fichier YAML ; sans elle, celle de la configuration, sinon la plateforme.",
)
@click.option("--config", type=click.Path(dir_okay=False), metavar="FICHIER", help="Configuration (TOML).")
@refusing
def serve(port: int, host: str, workers: int | None, reform: str | None, config: str | None) -> None:
    """Servir l'API et les calculateurs."""
    try:
        from dept_rules.web import server, settings
    except ImportError as error:
        raise MissingExtraError(
            f"{error.name} is not installed; run: pip install 'dept-rules[web]'"
        ) from None
    chosen = settings.load(config, reform=reform, server__workers=workers)
    service = server.Service(chosen, host, port)
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    click.echo(f"Les calculateurs : {address}/calculateur", err=True)
    click.echo(f"L'API : {address}/openapi.json (Ctrl+C pour arrêter)", err=True)
    service.run()
