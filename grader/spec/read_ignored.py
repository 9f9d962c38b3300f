"""Reads `ignore`, of the exercise or of a step, as the names of leaves."""

from __future__ import annotations

from grader.errors import did_you_mean
from grader.spec.file import ExerciseInFile
from grader.spec.places import KeyPath
from grader.spec.problems import Problems
from grader.spec.scope import KIND_NAMES, Scope


class IgnoredReader:
    """Finds the leaves that `ignore` names: tensors, parameters, and all parameters of modules and layers."""

    def __init__(self, problems: Problems, form: ExerciseInFile, scope: Scope) -> None:
        self.problems, self.form, self.scope = problems, form, scope

    def read(self, names: str | list[str] | None, path: KeyPath) -> frozenset[str]:
        """The leaves that these names stand for; a wrong name is reported."""
        if names is None:
            return frozenset()
        if self.form.kind == "predict":
            fix = "remove it: what a student predicts is written under `expect`"
            self.problems.add(path, "a `predict` exercise cannot have `ignore`.", fix, key=True)
        listed = names if isinstance(names, list) else [names]
        if not listed:
            self.problems.add(path, "`ignore` is empty.", "for example [x]")
        places = [(*path, index) if isinstance(names, list) else path for index in range(len(listed))]
        return frozenset().union(*map(self.leaves_of, listed, places))

    def leaves_of(self, name: str, path: KeyPath) -> frozenset[str]:
        tensors = self.form.tensors or {}
        found = [each for each in tensors if each == name or each.startswith(f"{name}.")]
        if found:
            return frozenset(value if isinstance(value := tensors[each], str) else each for each in found)
        if not self.scope.is_excused(name.partition(".")[0]):
            self.report(name, path, list(tensors))
        return frozenset()

    def report(self, name: str, path: KeyPath, tensors: list[str]) -> None:
        kind = self.scope.kinds.get(name)
        takes = "`ignore` takes tensors and modules: their .grad is not judged"
        if kind is not None:
            self.problems.add(path, f"`{name}` is {KIND_NAMES[kind]}.", takes)
        elif name.endswith(".grad"):
            self.problems.add(path, f"`{name}` is a `.grad`.", f"write {name.removesuffix('.grad')}")
        else:
            modules = [each for each, kind in self.scope.kinds.items() if kind == "module"]
            self.problems.add(path, f"`{name}` is not declared.", did_you_mean(name, [*tensors, *modules]) or takes)
