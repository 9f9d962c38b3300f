"""What people read where the sandbox does not work."""

import pytest

from grader.devices import device_in_sandbox
from grader.engines.sandbox import require_all_layers, require_fork
from grader.engines.zygote import prove_sandbox
from grader.errors import UsageError


def test_the_error_names_each_missing_layer_with_what_got_through_and_the_way_out():
    proof = {"session": "", "Landlock": "it can list folders", "seccomp": "it can start processes"}
    with pytest.raises(UsageError) as caught:
        require_all_layers(proof)
    assert caught.value.exit_code == 2
    said = str(caught.value)
    assert "Missing: Landlock (it can list folders), seccomp (it can start processes)." in said
    assert "Linux 5.13 or newer" in said
    assert "`--sandbox none`" in said
    assert "session" not in said


def test_a_complete_sandbox_raises_nothing():
    require_all_layers({"session": "", "Landlock": "", "seccomp": ""})


@pytest.mark.parametrize("device", ["cuda", "cuda:1", "mps", "xpu"])
def test_an_accelerator_does_not_work_in_the_sandbox(device):
    with pytest.raises(
        UsageError, match=f"`--device {device}` does not work with `--sandbox full`: an accelerator needs threads"
    ):
        device_in_sandbox(device)


@pytest.mark.parametrize("device", ["auto", "cpu"])
def test_the_sandbox_computes_on_the_cpu(device):
    assert device_in_sandbox(device) == "cpu"


@pytest.mark.parametrize(("platform", "start_method"), [("linux", "spawn"), ("darwin", None), ("darwin", "fork")])
def test_the_sandbox_needs_linux_and_forked_children(platform, start_method, monkeypatch):
    monkeypatch.setattr("sys.platform", platform)
    with pytest.raises(UsageError, match="needs Linux and forked children"):
        require_fork(start_method)


def test_on_this_machine_every_layer_is_proven():
    proof = prove_sandbox()
    assert len(proof) == 9
    assert set(proof.values()) == {""}
