"""How much a report tells a student about what is wrong."""

from __future__ import annotations

from typing import Literal, TypeAlias

# Each level tells what those before it tell, and: the lines and numbers, the mistakes, the change that fixes them.
Feedback: TypeAlias = Literal["verdict", "line", "cause", "fix"]
