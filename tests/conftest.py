"""Makes each OpenFisca YAML test a test of pytest: one command runs everything."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import settings
from openfisca_core.tools.test_runner import OpenFiscaPlugin, YamlItem

from dept_rules.system import baseline

settings.register_profile("house", deadline=None)  # a busy machine is no failure
settings.register_profile("gate", deadline=None, derandomize=True)  # the same tree, the same verdict
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))


class YamlTests(pytest.File):
    """A file of OpenFisca YAML tests, run by OpenFisca's own test item under the name each test has."""

    def collect(self) -> Iterator[YamlItem]:
        """Yield one item per test of the file."""
        for test in yaml.safe_load(self.path.read_text(encoding="utf-8")):
            yield YamlItem.from_parent(
                self, name=str(test["name"]), baseline_tax_benefit_system=baseline(), test=test, options={}
            )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> YamlTests | None:
    """Collect YAML files, unless ``openfisca test`` is running: it collects them itself."""
    plugins = parent.config.pluginmanager.get_plugins()
    if file_path.suffix != ".yaml" or any(isinstance(plugin, OpenFiscaPlugin) for plugin in plugins):
        return None
    return YamlTests.from_parent(parent, path=file_path)
