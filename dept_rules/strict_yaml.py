"""YAML without surprises: YAML 1.2's plain values, no aliases, no tags, no key given twice.

PyYAML reads YAML 1.1, where ``on`` is a boolean, ``012`` is ten, ``1:30`` is ninety and
``2021-06-01`` is a date. Here they are text, and whoever wants a number sees that it is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml

from dept_rules.errors import Fault

#: What text that is not quoted stands for; anything else is text.
PLAIN: tuple[tuple[re.Pattern[str], Callable[[str], Any]], ...] = (
    (re.compile(r"~|null|Null|NULL|"), lambda text: None),
    (re.compile(r"true|True|TRUE"), lambda text: True),
    (re.compile(r"false|False|FALSE"), lambda text: False),
    (re.compile(r"[-+]?(0|[1-9][0-9]{0,17})"), int),
    (re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), float),
    (re.compile(r"[-+]?\.(inf|Inf|INF)"), lambda text: float(text.replace(".", ""))),
    (re.compile(r"\.(nan|NaN|NAN)"), lambda text: float("nan")),
)
TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("map", "seq", "str"))


def load(text: str) -> tuple[Any, list[Fault]]:
    """Return the data of a YAML document, keys as text, and every fault found (with its line)."""
    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)  # no tag is read from the look of a value
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}" if mark else ""
        return None, [Fault(where, f"this is not YAML ({error.problem or error.context})")]
    except yaml.YAMLError as error:
        return None, [Fault("", f"this is not YAML ({error})".replace("\n", " "))]
    except RecursionError:
        return None, [Fault("", "the YAML is too deep")]
    reader = _Reader()
    return (None if root is None else reader.read(root, "")), reader.faults


class _Reader:
    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._seen: set[int] = set()

    def read(self, node: yaml.Node, path: str) -> Any:
        if id(node) in self._seen:
            self._fault(node, path, "is an alias (*)", "the value itself, written again")
            return None
        self._seen.add(id(node))
        if node.tag not in TAGS:
            self._fault(node, path, f"has a tag ({node.tag})", "a plain value")
            return None
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node.value, quoted=node.style is not None)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, f"{path}/{rank}") for rank, item in enumerate(node.value)]
        return self._mapping(node, path)

    def _mapping(self, node: yaml.Node, path: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._fault(key, path, "has a key that is not text", "a name or a date")
                continue
            if key.value in found:
                self._fault(key, f"{path}/{key.value}", "is given twice", "each key once")
            found[key.value] = self.read(value, f"{path}/{key.value}")
        return found

    def _fault(self, node: yaml.Node, path: str, problem: str, expected: str) -> None:
        line = node.start_mark.line + 1
        self.faults.append(Fault(path.removeprefix("/"), f"{problem} (line {line})", expected))


def _scalar(text: str, *, quoted: bool) -> Any:
    if not quoted:
        for pattern, convert in PLAIN:
            if pattern.fullmatch(text):
                return convert(text)
    return text
