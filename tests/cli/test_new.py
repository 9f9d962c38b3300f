"""A new exercise is valid from the start, except for the texts that its author must write."""

from pathlib import Path

import pytest

from grader.check import check_exercise
from grader.spec.load import load_exercises


@pytest.fixture
def root(tmp_path, monkeypatch):
    """An empty folder of exercises in the working directory."""
    (tmp_path / "exercises").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path / "exercises"


def fill_in(folder):
    for file in folder.iterdir():
        file.write_text(file.read_text(encoding="utf-8").replace("TODO", "Say"), encoding="utf-8")


@pytest.mark.parametrize("kind", ["write", "fix", "predict"])
def test_a_scaffold_is_accepted_once_it_is_filled_in(kind, run, root, engine):
    code, _, _ = run("new", "core/mine", "--kind", kind)
    (exercise,) = load_exercises(root)
    assert (code, exercise.id, exercise.kind) == (0, "core/mine", kind)
    (problem,) = check_exercise(exercise, engine).problems
    assert problem.message == (
        "TODO is still in `title`, `concept`, `task`, `hints`, `explain`, `wrong`, starter.py's first line, "
        "reference.py's first line."
    )
    fill_in(root / "core/01-mine")
    (exercise,) = load_exercises(root)
    proof = check_exercise(exercise, engine)
    assert (proof.problems, proof.notes, proof.reference, proof.starter) == ((), (), "right", "right")
    assert (proof.named, proof.mistakes, proof.survived) == (2, 2, 0)


def test_the_files_and_the_next_commands_are_printed(run, root):
    _, out, _ = run("new", "core/mine")
    folder = Path("exercises/core/01-mine")
    assert out.splitlines() == [
        *(str(folder / name) for name in ("exercise.yaml", "starter.py", "reference.py")),
        "",
        "Replace every TODO. Then: python -m grader check exercises/core/01-mine",
        "To put its starter into the solutions folder: python -m grader reset core/mine",
    ]
    assert (root / "exercise.schema.json").is_file()


def test_a_new_exercise_has_the_next_number_of_its_track(run, root):
    (root / "core/07-other").mkdir(parents=True)
    (root / "core/notes").mkdir()
    assert run("new", "core/mine")[0] == 0
    assert (root / "core/08-mine/exercise.yaml").is_file()


def test_a_new_track_is_announced(run, root):
    (root / "core").mkdir()
    _, out, _ = run("new", "cor/mine")
    assert out.splitlines()[0] == "Created a new track, `cor`. Existing tracks: core."
    _, out, _ = run("new", "cor/more")
    assert "track" not in out


def test_a_broken_exercise_elsewhere_does_not_matter(run, root):
    (root / "core/01-broken").mkdir(parents=True)
    (root / "core/01-broken/exercise.yaml").write_text("id: [", encoding="utf-8")
    assert run("new", "core/mine", "--kind", "predict")[0] == 0


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("core/taken", "core/taken already exists in exercises/core/03-taken. Choose another name."),
        ("My_Exercise", "`My_Exercise` has no track. Write for example core/my-exercise."),
        (
            "Core/my--exercise",
            "`Core/my--exercise` is not a valid name for an exercise. Use lowercase letters, digits and single hyphens, "
            "as in core/my-exercise.",
        ),
        (
            "core/a/b",
            "`core/a/b` is not a valid name for an exercise. Use lowercase letters, digits and single hyphens, as in core/a-b.",
        ),
        (
            "core/../..",
            "`core/../..` is not a valid name for an exercise. Use lowercase letters, digits and single hyphens, "
            "as in core/my-exercise.",
        ),
    ],
)
def test_an_invalid_name_is_refused_with_a_valid_one(name, said, run, root):
    (root / "core/03-taken").mkdir(parents=True)
    assert run("new", name) == (2, "", said + "\n")
    assert [each.name for each in root.glob("*/*")] == ["03-taken"]


def test_the_starter_of_a_prediction_is_written_from_its_steps(run, root):
    run("new", "core/mine", "--kind", "predict")
    folder = root / "core/01-mine"
    text = (folder / "exercise.yaml").read_text(encoding="utf-8")
    (folder / "exercise.yaml").write_text(text.replace("backward: x**3", "backward: 5*x"), encoding="utf-8")
    old = (folder / "starter.py").read_text(encoding="utf-8")
    code, out, _ = run("new", "--starter", "core/mine")
    starter = Path("exercises/core/01-mine/starter.py")
    assert (code, out.splitlines()) == (0, [f"Renamed {starter} to starter.py.bak.", f"Wrote {starter} from the steps."])
    assert "loss = 5 * x\n    loss.backward()  # 2" in starter.read_text(encoding="utf-8")
    assert (folder / "starter.py.bak").read_text(encoding="utf-8") == old


def test_other_kinds_have_no_generated_starter(run, root):
    run("new", "core/mine")
    said = "`--starter` is for exercises of kind `predict`; core/mine is of kind `write`. Edit its starter.py yourself.\n"
    assert run("new", "--starter", "core/mine") == (2, "", said)
