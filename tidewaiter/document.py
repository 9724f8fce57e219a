"""YAML documents.

Belongs here: reading one, by libyaml where PyYAML was built with it.
Belongs elsewhere: what a document means (policy.py, data_quality/contract.py, features/catalog.py).
"""

from pathlib import Path
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> Any:
    """Return the document of a file.

    Raises:
        yaml.YAMLError: naming the line that is not YAML.
    """
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader either way
