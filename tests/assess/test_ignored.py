"""Gradients that an exercise does not judge: of the whole exercise, or from a step on."""

import textwrap

import pytest

from grader.assess.prepared import Settings
from grader.assess.session import GradingSession
from grader.library import grade_in_session
from grader.spec.load import load_exercises

HEAD = """
id: forger
title: The forger
kind: write
function: solve(G, D, opt_G, opt_D, x)
data: {x: [[0.5], [-1.0]], real: [[1.5], [0.75]], ones: [[1.0], [1.0]]}
modules: {G: "Linear(1, 1)", D: "Sequential(Linear(1, 2), Tanh(), Linear(2, 1))"}
tensors:
  G.weight: [[0.75]]
  G.bias: [0.25]
  D.0.weight: [[0.5], [-0.75]]
  D.0.bias: [0.125, 0.25]
  D.2.weight: [[1.0, 0.5]]
  D.2.bias: [-0.25]
optimizers: {opt_G: "SGD(G.parameters(), lr=0.1)", opt_D: "SGD(D.parameters(), lr=0.1)"}
none_is_zero: true
"""
G_ONLY = HEAD + "ignore: [D]\nsteps:\n- zero: opt_G\n- backward: mse_loss(D(G(x)), ones)\n- step: opt_G\n"
D_FIRST = (
    HEAD
    + """
steps:
- backward: mse_loss(D(x), ones)
- step: opt_D
- zero: opt_G
  ignore: D
- backward: mse_loss(D(G(x)), ones)
- step: opt_G
"""
)
LOSS = "F.mse_loss(D(G(x)), torch.ones(2, 1))"
TRAIN_D = "F.mse_loss(D(x), torch.ones(2, 1)).backward()\nopt_D.step()\n"
TRAIN_G = f"opt_G.zero_grad()\n{LOSS}.backward()\nopt_G.step()\n"
FROZEN_G = f"D.requires_grad_(False)\n{TRAIN_G}D.requires_grad_(True)\n"
ONLY_G = f"opt_G.zero_grad()\n{LOSS}.backward(inputs=list(G.parameters()))\nopt_G.step()\n"


@pytest.fixture
def grade(engine, tmp_path):
    """The result of a function with this body."""

    def grade(text, body, hidden=None):
        folder, file = tmp_path / "exercises" / "pub" / "01-forger", tmp_path / "submission" / "pub" / "forger.py"
        folder.mkdir(parents=True)
        file.parent.mkdir(parents=True)
        (folder / "exercise.yaml").write_text(text, encoding="utf-8")
        imports = "import torch\nimport torch.nn.functional as F\n\n\n"
        source = f"{imports}def solve(G, D, opt_G, opt_D, x):\n{textwrap.indent(body, '    ')}"
        file.write_text(source, encoding="utf-8")
        exercises = load_exercises(tmp_path / "exercises")
        session = GradingSession(engine, Settings("ignored", hidden=hidden))
        (result,) = grade_in_session(session, file.parents[1], exercises=exercises, select=["pub/forger"]).results
        return result

    return grade


RIGHT = {
    "as the steps": (G_ONLY, TRAIN_G),
    "frozen": (G_ONLY, FROZEN_G),
    "only the leaves of G": (G_ONLY, ONLY_G),
    "with a reset of D": (G_ONLY, TRAIN_G + "D.zero_grad()\n"),
    "with a reset of D before": (G_ONLY, "D.zero_grad()\n" + TRAIN_G),
    "with a backward that only D gets": (G_ONLY, "D(x).sum().backward()\n" + TRAIN_G),
    "D first, as the steps": (D_FIRST, TRAIN_D + TRAIN_G),
    "D first, then frozen": (D_FIRST, TRAIN_D + FROZEN_G),
    "D first, then a reset of it": (D_FIRST, TRAIN_D + "opt_D.zero_grad()\n" + TRAIN_G),
    "D first, then a reset of it at the end": (D_FIRST, TRAIN_D + TRAIN_G + "D.zero_grad()\n"),
    "D first, and one reset of both": (D_FIRST, TRAIN_D + "D.zero_grad()\nG.zero_grad()\n" + TRAIN_G),
    "D first, the gradients for G by autograd.grad": (
        D_FIRST,
        TRAIN_D + f"for p, g in zip(G.parameters(), torch.autograd.grad({LOSS}, list(G.parameters()))):\n    p.grad = None\n"
        f"opt_G.zero_grad()\n{LOSS}.backward(inputs=list(G.parameters()))\nopt_G.step()\n",
    ),
}
WRONG = {
    "G is not reset": (G_ONLY, f"{LOSS}.backward()\n{LOSS}.backward()\nopt_G.step()\n"),
    "another loss": (G_ONLY, f"opt_G.zero_grad()\n(2 * {LOSS}).backward()\nopt_G.step()\n"),
    "G is cut off": (G_ONLY, "opt_G.zero_grad()\nF.mse_loss(D(G(x).detach()), torch.ones(2, 1)).backward()\nopt_G.step()\n"),
    "D moves": (G_ONLY, TRAIN_G + "opt_D.step()\n"),
    "D first, but not trained": (D_FIRST, TRAIN_G),
    "D first, with twice its loss": (D_FIRST, "(2 * F.mse_loss(D(x), torch.ones(2, 1))).backward()\nopt_D.step()\n" + TRAIN_G),
    "D first, and D moves again": (D_FIRST, TRAIN_D + TRAIN_G + "opt_D.step()\n"),
}


@pytest.mark.parametrize(("text", "body"), RIGHT.values(), ids=RIGHT)
def test_a_program_passes_whatever_it_leaves_in_ignored_gradients(grade, text, body):
    result = grade(text, body)
    assert (result.verdict, result.score) == ("passed", result.max_score)
    assert not any(name.startswith("D.") and name.endswith(".grad") for row in result.steps[2:] for name in row.expected or ())


@pytest.mark.parametrize(("text", "body"), WRONG.values(), ids=WRONG)
def test_everything_else_is_judged_as_ever(grade, text, body):
    assert grade(text, body).verdict == "failed"


def test_a_mistake_in_what_is_judged_has_its_usual_cause(grade):
    result = grade(G_ONLY, FROZEN_G.replace("opt_G.zero_grad()\n", f"{LOSS}.backward()\n"))
    assert result.diagnoses[0].misconception in ("backward-repeated", "zero-skipped")


def test_without_ignore_the_frozen_network_fails(grade):
    assert grade(G_ONLY.replace("ignore: [D]\n", ""), FROZEN_G).verdict == "failed"
