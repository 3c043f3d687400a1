"""Values picked out of a thread by paths such as `values.messages[-1].content`, as the SDK's search has them."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, cast

from pydantic import StringConstraints

Alias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=200)]
"""What a value that was picked out is called."""
Path = Annotated[
    str, StringConstraints(pattern=r"^(values|metadata|config|interrupts)(\.[^.\[\]]+|\[-?\d+\])*$", max_length=1000)
]
"""Where in a thread a value is."""
_STEP: Final = re.compile(r"\[(-?\d+)\]|[^.\[\]]+")


def pick(thread: Any, path: str) -> Any:
    """Return what is at a path; None when nothing is."""
    found = thread
    for step in _STEP.finditer(path):
        try:
            found = cast(list[Any], found)[int(step[1])] if step[1] else cast(dict[str, Any], found)[step[0]]
        except (LookupError, TypeError):
            return None
    return found
