"""Small exercises that a test writes itself, and the results of programs for them."""

import textwrap

from grader.assess import assess_submission
from grader.assess.prepared import Settings
from grader.assess.session import GradingSession
from grader.library import load_exercises
from grader.records.submission import SolutionFile, Submission
from grader.reports.results import describe

HEAD = "title: {id}\nkind: write\ntask: See the steps.\nnone_is_zero: false\n"


class OwnExercises:
    """`texts` has the keys of each exercise that `HEAD` does not have, as YAML."""

    def __init__(self, engine, folder, texts):
        for name, text in texts.items():
            home = folder / "pub" / f"01-{name}"
            home.mkdir(parents=True)
            (home / "exercise.yaml").write_text(f"id: {name}\n" + HEAD.format(id=name) + textwrap.dedent(text), encoding="utf-8")
        self.exercises = {exercise.slug: exercise for exercise in load_exercises(folder)}
        self._session = GradingSession(engine, Settings("own"))
        self._session.prepare(list(self.exercises.values()))

    def source(self, name, body):
        """A student's file, whose function has this body."""
        exercise = self.exercises[name]
        head = "import torch\nfrom torch.nn.utils import clip_grad_norm_\n\n\n"
        function = f"def {exercise.function}({', '.join(exercise.parameters)}):\n"
        return head + function + textwrap.indent(textwrap.dedent(body), "    ")

    def grade(self, name, body):
        """The result of a function with this body."""
        exercise = self.exercises[name]
        file = SolutionFile(exercise.solution_path, self.source(name, body))
        (assessed,) = assess_submission([exercise], Submission("student", {exercise.id: file}), self._session)
        return describe(assessed)
