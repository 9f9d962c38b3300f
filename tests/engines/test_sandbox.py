"""What people are told where there can be no cage."""

import pytest

from grader.engines.sandbox import prove, require_all, require_fork, sandbox_device
from grader.errors import UsageError


def test_a_layer_that_is_missing_is_named_with_what_got_through_and_the_way_out():
    proof = {"session": "", "Landlock": "it can list folders", "seccomp": "it can start processes"}
    with pytest.raises(UsageError) as caught:
        require_all(proof)
    assert caught.value.exit_code == 2
    said = str(caught.value)
    assert "missing: Landlock (it can list folders), seccomp (it can start processes)." in said
    assert "Linux 5.13 or newer" in said
    assert "`--sandbox none`" in said
    assert "session" not in said


def test_a_whole_cage_is_enough():
    require_all({"session": "", "Landlock": "", "seccomp": ""})


@pytest.mark.parametrize("device", ["cuda", "cuda:1", "mps", "xpu"])
def test_an_accelerator_cannot_be_caged(device):
    with pytest.raises(UsageError, match=f"`--device {device}` cannot be caged: an accelerator needs threads"):
        sandbox_device(device)


@pytest.mark.parametrize("device", ["auto", "cpu"])
def test_the_cage_computes_on_the_cpu(device):
    assert sandbox_device(device) == "cpu"


@pytest.mark.parametrize(("platform", "start_method"), [("linux", "spawn"), ("darwin", None), ("darwin", "fork")])
def test_the_cage_is_linuxs_and_for_forked_children(platform, start_method, monkeypatch):
    monkeypatch.setattr("sys.platform", platform)
    with pytest.raises(UsageError, match="needs Linux, and children that are forked"):
        require_fork(start_method)


def test_here_every_layer_is_proven():
    proof = prove()
    assert len(proof) == 9
    assert set(proof.values()) == {""}
