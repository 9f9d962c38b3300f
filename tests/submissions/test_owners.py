"""Whose work an entry of an export is: a student's choice of file names changes nothing, and two people are never one."""

import os
import unicodedata
import zipfile

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from grader.batch.storable import storable_submissions
from grader.records.submission import UNCERTAIN_OWNER
from grader.submissions.collect import collect_submissions
from grader.submissions.container import ContainerEntry
from grader.submissions.layouts.choose import LAYOUTS
from grader.submissions.layouts.layout import StudentEntry, folded
from grader.submissions.owners import owners_of

# The part of a name that the platform writes, for layouts in which the student's file name follows. `{}` is the person.
PREFIXES = {
    "blackboard": "Home work_1_{}_attempt_2026-03-01-10-30-00_",
    "canvas": "doe{0}_{0}_77_",
    "moodle": "Group_A-Ana {0}_{0}_assignsubmission_file_",
    "brightspace": "{0}-5 - Ana {0} - 1 mars 2026 1030 - ",
}
MORE_PREFIXES = [
    ("canvas", "12_34_"),
    ("canvas", "LATE_12_34_"),
    ("canvas", "12_LATE_34_56_"),
    ("canvas", "anon_a1B2_34_"),
    ("canvas", "LATE_anon_a1B2_34_"),
    ("canvas", "de_la_cruz_LATE_12_34_"),
    ("moodle", "Jane Doe_12_assignsubmission_file_"),
    ("moodle", "Participant_12_assignsubmission_onlinetext_"),
    ("blackboard", "Homework 1_victim__poging_2026-03-01-10-30-00_"),
    ("brightspace", "12-3 - Ana Doe - Mar 1, 2026 1030 AM - "),
]
OF_A_PLATFORM = [
    "x_victim_attempt_2099-01-01-00-00-00_seed.py",
    "victim_9_assignsubmission_file_seed.py",
    "9_99_seed.py",
    "9_LATE_99_999_seed.py",
    "text.html",
    "9_text.html",
    "9-9 - Victim - Mar 1, 2099 1030 AM - seed.py",
    " - x.py",
    "attempt_2099-01-01-00-00-00.txt",
]
PIECES = [
    "_",
    "-",
    " - ",
    "9",
    "12",
    "LATE",
    "anon_",
    "attempt",
    "2099-01-01-00-00-00",
    "assignsubmission_file",
    "\n",
    ".txt",
    ".py",
]
TAILS = st.sampled_from(OF_A_PLATFORM) | st.text(min_size=1) | st.lists(st.sampled_from(PIECES), min_size=1).map("".join)


class Names:
    """A container with files of these names."""

    name = "all"

    def __init__(self, *names):
        self.names = names

    def entries(self):
        return [ContainerEntry(name, is_folder=False) for name in sorted(self.names)]

    def files(self, entry):
        return iter(())

    def has(self, *parts):
        return False


def whose(layout, names, wanted):
    """The student, the key and the doubt for a name in an export."""
    found = LAYOUTS[layout].reader_for(Names(*names), ())(ContainerEntry(wanted, is_folder=False))
    return found and (found.student, found.key, found.doubt, found.attempt)


@pytest.mark.parametrize(
    ("layout", "prefix"), [(layout, prefix.format(1)) for layout, prefix in PREFIXES.items()] + MORE_PREFIXES
)
@given(tail=TAILS)
def test_no_file_name_of_a_student_changes_whose_it_is(layout, prefix, tail):
    others = [f"{prefix}x.py", PREFIXES[layout].format(2) + "x.py"]
    assert whose(layout, [*others, prefix + tail], prefix + tail) == whose(layout, others, f"{prefix}x.py")
    assert whose(layout, [*others, prefix + tail], f"{prefix}x.py") == whose(layout, others, f"{prefix}x.py")


@pytest.mark.parametrize("layout", PREFIXES)
@given(numbers=st.sets(st.integers(0, 10**6), min_size=2, max_size=5), tails=st.lists(TAILS, min_size=1, max_size=3))
def test_as_many_students_are_found_as_there_are(layout, numbers, tails):
    prefixes = [PREFIXES[layout].format(number) for number in numbers]
    container = Names(*{prefix + tail for prefix in prefixes for tail in tails})
    read_entry = LAYOUTS[layout].reader_for(container, ())
    owners = owners_of([(entry, read_entry(entry)) for entry in container.entries()])
    assert len(owners) == len(numbers)
    assert all(len({each.name.startswith(prefix) for each in owner.entries}) == 1 for owner in owners for prefix in prefixes)


LOGINS = st.text(st.sampled_from("abAé_-."), min_size=1, max_size=5)


@given(st.sets(LOGINS, min_size=2, max_size=6))
def test_logins_of_blackboard_are_never_mixed_up(logins):
    container = Names(*(f"Homework 1_{login}_attempt_2026-03-01-10-30-00_x.py" for login in logins))
    read_entry = LAYOUTS["blackboard"].reader_for(container, ())
    found = {entry.name: read_entry(entry) for entry in container.entries()}
    assert len({each.key for each in found.values()}) == len(logins)
    for login in logins:
        student = found[f"Homework 1_{login}_attempt_2026-03-01-10-30-00_x.py"]
        assert student.student == login or student.doubt


NAMES = st.text(st.sampled_from("aAbé\u0301eßsS ﬁi[]"), max_size=5)


def owners(*students):
    return owners_of([(ContainerEntry(f"{number}", is_folder=True), each) for number, each in enumerate(students)])


@given(st.lists(st.tuples(NAMES, NAMES), max_size=6))
def test_names_are_different_and_names_that_look_alike_are_in_doubt(students):
    found = owners(*(StudentEntry(name, key) for name, key in students))
    assert len({each.name for each in found}) == len(found)
    assert sum(len(each.entries) for each in found) == len(students)
    for one in found:
        for other in found:
            if one is not other and folded(one.name.partition(" [")[0]) == folded(other.name.partition(" [")[0]):
                assume("[" not in "".join(name for name, _ in students))
                assert one.doubt
                assert other.doubt


@pytest.mark.parametrize(
    ("one", "other"), [("Ana", "ana"), ("José", "Jose"), ("Jos\u00e9", "Jos\u0065\u0301"), ("ﬁn", "fin"), ("a  b", "a b")]
)
def test_two_names_that_could_be_one_are_both_named(one, other):
    for owner in owners(StudentEntry(one), StudentEntry(other)):
        assert owner.doubt.startswith(("0 and 1 can be the same student", "1 and 0 can be the same student"))


def test_one_number_with_two_names_is_two_submissions_in_doubt():
    ana, team = owners(StudentEntry("Ana (12)", "12"), StudentEntry("Team (12)", "12"))
    assert (ana.name, team.name) == ("Ana (12)", "Team (12)")
    assert ana.doubt
    assert team.doubt


def test_one_number_with_one_name_in_two_spellings_is_one_student():
    (ana,) = owners(StudentEntry("Ana (12)", "12"), StudentEntry("ANA (12)", "12"))
    assert (len(ana.entries), ana.doubt) == (2, "")


def test_work_in_doubt_is_graded_apart_and_both_names_are_in_the_notes(write, tmp_path, exercises):
    write("all/Ana/gradients_pile_up.py", b"a = 1\n")
    write("all/ana/gradients_pile_up.py", b"b = 1\n")
    write("all/ben/gradients_pile_up.py")
    one, other, ben = collect_submissions(tmp_path / "all", exercises)
    assert [each.files["core/gradients-pile-up"].text for each in (one, other)] == ["a = 1\n", "b = 1\n"]
    assert one.notes == (
        "Ana and ana can be the same student or different ones. They are graded apart, "
        "and no platform's file is filled in for them.",
    )
    assert [each.details.get("owner") for each in (one, other, ben)] == [UNCERTAIN_OWNER, UNCERTAIN_OWNER, None]


def test_two_folders_in_both_forms_of_unicode_are_two_submissions(write, tmp_path, exercises):
    for form in ("NFC", "NFD"):
        write(f"all/{unicodedata.normalize(form, 'Zoé')}/gradients_pile_up.py", form.encode())
    found = list(collect_submissions(tmp_path / "all", exercises))
    assert sorted(each.files["core/gradients-pile-up"].text for each in found) == ["NFC", "NFD"]
    assert all(each.details["owner"] == UNCERTAIN_OWNER for each in found)


def test_two_folders_in_both_forms_of_unicode_are_refused_in_an_archive(tmp_path, exercises):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for name in ("Zo\u00e9", "Zoe\u0301", "ben"):
            archive.writestr(f"{name}/{len(name)}.py", "")
    zoe, ben = collect_submissions(tmp_path / "all.zip", exercises)
    assert (ben.name, ben.problem) == ("ben", "")
    assert zoe.problem == "It is an archive with two names that look the same ('Zo\\xe9/4.py'). Create the archive again."


RECEIPT = b"\xef\xbb\xbfName: Some (Body) ({user})\r\nAssignment: Home_work\r\n"


@pytest.mark.parametrize(
    ("receipts", "students", "doubt"),
    [
        ({"d_a": "d_a", "d_b": "d_b"}, ["d_a", "d_b"], False),
        ({"d_a": "d_a"}, ["d_a", "d_b"], False),
        ({"d_a": "d_a", "d_b": "b"}, ["a", "b"], True),
        ({"d_a": "victim"}, ["a", "b"], True),
        ({}, ["a", "b"], True),
    ],
)
def test_receipts_of_blackboard_say_where_the_user_begins(write, tmp_path, exercises, receipts, students, doubt):
    for user in ("d_a", "d_b"):
        write(f"all/Home_work_{user}_attempt_2026-03-01-10-30-00_gradients_pile_up.py")
    for user, said in receipts.items():
        content = RECEIPT.replace(b"{user}", said.encode())
        write(f"all/Home_work_{user}_attempt_2026-03-01-10-30-00.txt", content)
    found = list(collect_submissions(tmp_path / "all", exercises))
    assert [each.name for each in found] == students
    assert all(bool(each.details.get("owner")) == doubt for each in found)


def test_two_assignments_of_blackboard_are_never_merged(write, tmp_path, exercises):
    for assignment in ("First", "Second"):
        write(f"all/{assignment}_ana_attempt_2026-03-01-10-30-00_gradients_pile_up.py", assignment.encode())
        write(f"all/{assignment}_ana_attempt_2026-03-01-10-30-00.txt", b"Name: Ana (ana)\n")
    found = list(collect_submissions(tmp_path / "all", exercises))
    assert [each.name for each in found] == ["First_ana", "Second_ana"]
    assert all(each.details["owner"] == UNCERTAIN_OWNER for each in found)


def test_canvas_names_that_are_numbers_are_read_but_in_doubt(write, tmp_path, exercises):
    for student in (7, 8):
        write(f"all/{student}_100{student}_50_gradients_pile_up.py")
    found = list(collect_submissions(tmp_path / "all", exercises))
    assert [each.name for each in found] == ["7 (1007)", "8 (1008)"]
    assert all(each.details["owner"] == UNCERTAIN_OWNER for each in found)


def test_a_trailing_underscore_is_part_of_a_students_name(write, tmp_path, exercises):
    for name in ("victim", "victim_"):
        write(f"all/{name}_gradients_pile_up.py", name.encode())
    found = list(collect_submissions(tmp_path / "all", exercises))
    assert sorted(each.files["core/gradients-pile-up"].text for each in found) == ["victim", "victim_"]
    assert all(each.details["owner"] == UNCERTAIN_OWNER for each in found)


def test_names_of_bytes_that_are_no_text_stay_different(tmp_path, exercises):
    for name in (b"a\xff", b"a\\udcff", b"a\\udcff (2)", b"a\xfe"):
        folder = bytes(tmp_path) + b"/all/" + name
        os.makedirs(folder)
        with open(folder + b"/gradients_pile_up.py", "wb") as file:
            file.write(repr(name).encode())
    names = set()
    found = list(storable_submissions(tmp_path / "all", exercises, [], "folders", names))
    assert len(names) == len(found) == 4
    texts = {each.name: each.files["core/gradients-pile-up"].text for each in found}
    assert texts["a\\udcff"] == repr(b"a\\udcff")
    assert texts["a\\udcff (2)"] == repr(b"a\\udcff (2)")


def test_very_many_names_that_look_alike_are_counted():
    found = owners(*(StudentEntry(f"a{' ' * number}b") for number in range(1, 2_001)))
    assert "and 1994 more can be the same student" in found[0].doubt
    assert max(len(each.doubt) for each in found) < 200
