"""The layers of the sandbox, and what a complete sandbox leaves to a process. Attempts of students are in tests/attacks."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.worker.sandbox import landlock


def test_neither_the_grader_nor_proc_nor_a_home_is_readable():
    readable = [Path(path).resolve() for path in landlock.readable()]
    for hidden in (Path(landlock.__file__), Path("/proc/self/environ"), Path("/etc/passwd"), Path.home() / "x"):
        assert not any(hidden.resolve().is_relative_to(path) for path in readable), hidden


PROVE = """
import json, os, sys
path, breakages = json.loads(sys.argv[1])
sys.path[:] = path
from grader.worker.sandbox import capabilities, landlock, layers, probe
for breakage in breakages:
    if os.fork() == 0:
        made = layers.Sandbox()
        exec(breakage)
        capabilities.give_up_capabilities()
        print(json.dumps([breakage, probe.probe(made)]), flush=True)
        os._exit(0)
    os.wait()
"""
INSIDE = ["limits", "capabilities", "no new privileges", "Landlock", "seccomp"]
BREAKAGES = {
    "pass": [],
    "landlock.enter = os.close": ["Landlock"],
    "made.filter = None": ["seccomp"],
    "layers.drop_capabilities = lambda: None": ["capabilities"],
    "capabilities.give_up_capabilities = lambda: None": ["capabilities"],
    "capabilities.bounding_set = lambda: [99]": ["capabilities"],  # a capability that cannot be dropped
    "layers.LIMITS.clear()": ["limits"],
    "made.layers = lambda own=made.layers: own()[1:]": ["environment"],
    "made.layers = lambda: ()": ["descriptors", "environment", *INSIDE],
    "probe.limits.enclose = lambda *args: None": ["session", "parent-death signal", "descriptors"],
}


@pytest.fixture(scope="module")
def proofs():
    """What the probe finds in a complete sandbox, and in sandboxes with a missing part."""
    if sys.platform != "linux":
        pytest.skip("the sandbox needs Linux")
    request = json.dumps([sys.path, list(BREAKAGES)])
    done = subprocess.run([sys.executable, "-c", PROVE, request], capture_output=True, text=True, check=True)
    return dict(json.loads(line) for line in done.stdout.splitlines())


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_the_probe_finds_a_missing_layer(proofs, breakage):
    missing = [layer for layer, got_through in proofs[breakage].items() if got_through]
    expected = [layer for layer in BREAKAGES[breakage] if layer != "capabilities" or os.getuid() == 0]
    assert missing == expected
