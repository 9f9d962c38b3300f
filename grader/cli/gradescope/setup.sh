#!/usr/bin/env bash
# Gradescope runs this script once, to build the image. It installs the grader and PyTorch for the CPU in their own environment.
set -euo pipefail
autograder="${AUTOGRADER:-/autograder}"
environment="${AUTOGRADER_ENVIRONMENT:-/opt/autograd-grader}"

apt-get update
apt-get install -y --no-install-recommends ca-certificates python3 python3-venv

# uv downloads a Python if the one of the image is too old. Everybody may read it: the sandbox must find its files.
export UV_PYTHON_INSTALL_DIR="$environment/python"
python3 -I -m venv "$environment/uv"
"$environment/uv/bin/python" -I -m pip install --quiet uv==0.13.9
"$environment/uv/bin/python" -I -m uv venv --no-config --python 3.12 "$environment/venv"
python="$environment/venv/bin/python"
"$environment/uv/bin/python" -I -m uv pip install --no-config --python "$python" --torch-backend cpu \
  --requirement "$autograder/source/requirements.txt"
cp -R "$autograder/source/grader" "$("$python" -I -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/"

cd /
"$python" -I -m grader doctor --exercises "$autograder/source/exercises"
