"""YAML documents.

Belongs here: reading one, by libyaml where PyYAML was built with it.
Belongs elsewhere: what a document means (policy.py, data_quality/contract.py, features/catalog.py).
"""

from pathlib import Path
from typing import Any

import yaml

_SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_SAFE):  # type: ignore[misc]
    """Reads what a safe loader reads, but no key twice: YAML itself would keep the last and drop what was before."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> Any:
        seen = set[str]()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value} is given twice", key.start_mark
                )
            if isinstance(key, yaml.ScalarNode):
                seen.add(key.value)
        return super().construct_mapping(node, deep=deep)

    def construct_yaml_timestamp(self, node: yaml.ScalarNode) -> Any:
        try:
            return super().construct_yaml_timestamp(node)
        except ValueError as problem:
            raise yaml.constructor.ConstructorError(
                None, None, f"{node.value} is no date: {problem}", node.start_mark
            ) from problem


# Constructors are found by tag, and those of the base class by its own methods.
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_yaml_timestamp)


def read_yaml(path: Path) -> Any:
    """Return the document of a file.

    Raises:
        yaml.YAMLError: naming the line that is not YAML, gives a key again, or has a day that no calendar has; or the
            byte that is not UTF-8.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        raise yaml.YAMLError(
            f"it is not UTF-8: byte {problem.start:,} is {problem.object[problem.start]:#04x}"
        ) from problem
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader either way
