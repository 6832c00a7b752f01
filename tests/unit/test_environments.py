"""Which environment and which kernel a notebook gets, by what is on the disk."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import sys
import venv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ipynb_nvim.errors import NoKernelError
from ipynb_nvim.services.environments import (
    Environment,
    EnvironmentKind,
    find_environment,
    list_environments,
)
from ipynb_nvim.services.ipykernel_install import install_command, tool_name
from ipynb_nvim.services.kernelspecs import launch_spec_for, list_kernels

if TYPE_CHECKING:
    from ipynb_nvim.domain.json_value import JsonObject
    from ipynb_nvim.services.launch_spec import LaunchSpec

PYTHON: JsonObject = {"kernelspec": {"name": "python3", "language": "python"}}


def make_environment(
    root: Path, marker: str = "pyvenv.cfg", packages: tuple[str, ...] = ()
) -> Path:
    """Lay out what an environment has on the disk; its Python is this one."""
    (root / "bin").mkdir(parents=True)
    if marker == "conda-meta":
        (root / marker).mkdir()
    else:
        (root / marker).write_text("home = /usr/bin\n")
    (root / "bin/python").symlink_to(sys.executable)
    for package in packages:
        (root / "lib/python3.11/site-packages" / package).mkdir(parents=True)
    return root


def make_kernelspec(folder: Path, name: str, **spec: object) -> None:
    directory = folder / "kernels" / name
    directory.mkdir(parents=True)
    (directory / "kernel.json").write_text(json.dumps(spec))


@pytest.fixture
def jupyter_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place with kernelspecs, besides Jupyter's own prefix."""
    path = tmp_path / "jupyter"
    monkeypatch.setenv("JUPYTER_PATH", str(path))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "none"))
    return path


def choose(
    metadata: JsonObject, environment: Environment | None = None, name: str | None = None
) -> LaunchSpec:
    return asyncio.run(launch_spec_for(metadata, environment, name))


@pytest.mark.parametrize("name", [".venv", "venv", ".virtualenv", "env"])
def test_an_environment_is_found_upward(tmp_path: Path, name: str) -> None:
    root = make_environment(tmp_path / "project" / name)
    folder = tmp_path / "project/notebooks/deep"
    folder.mkdir(parents=True)
    found = find_environment(folder, None, {})
    assert found == Environment(root / "bin/python", EnvironmentKind.VENV, root, "project")
    assert found.name == "project"


def test_the_nearest_environment_wins(tmp_path: Path) -> None:
    make_environment(tmp_path / ".venv")
    near = make_environment(tmp_path / "project/env")
    found = find_environment(tmp_path / "project", None, {})
    assert found is not None
    assert found.root == near


@pytest.mark.parametrize("folder", [".conda", ".pixi/envs/default"])
def test_project_environments_of_conda_and_pixi_are_found(tmp_path: Path, folder: str) -> None:
    root = make_environment(tmp_path / "project" / folder, "conda-meta")
    found = find_environment(tmp_path / "project", None, {})
    assert found is not None
    assert (found.root, found.kind, found.name) == (root, EnvironmentKind.CONDA, "project")


def test_uvs_own_folder_name_is_known(tmp_path: Path) -> None:
    root = make_environment(tmp_path / "elsewhere")
    found = find_environment(tmp_path, None, {"UV_PROJECT_ENVIRONMENT": "elsewhere"})
    assert found is not None
    assert found.root == root


def test_a_folder_called_env_is_not_enough(tmp_path: Path) -> None:
    (tmp_path / "env/bin").mkdir(parents=True)
    (tmp_path / ".venv").mkdir()
    assert find_environment(tmp_path, None, {}) is None


def test_a_project_wins_over_what_is_activated(tmp_path: Path) -> None:
    active = make_environment(tmp_path / "active")
    conda = make_environment(tmp_path / "conda", "conda-meta")
    variables = {"VIRTUAL_ENV": str(active), "CONDA_PREFIX": str(conda)}
    folder = tmp_path / "project"
    folder.mkdir()
    found = find_environment(folder, None, variables)
    assert found is not None
    assert (found.root, found.source) == (active, "$VIRTUAL_ENV")
    del variables["VIRTUAL_ENV"]
    found = find_environment(folder, None, variables)
    assert found is not None
    assert (found.root, found.kind) == (conda, EnvironmentKind.CONDA)
    project = make_environment(folder / ".venv")
    found = find_environment(folder, None, variables)
    assert found is not None
    assert found.root == project


@pytest.mark.parametrize("named", ["tools", "tools/bin/python", "project"])
def test_the_users_choice_wins(tmp_path: Path, named: str) -> None:
    make_environment(tmp_path / ".venv")
    make_environment(tmp_path / "tools")
    make_environment(tmp_path / "project/.venv")
    found = find_environment(tmp_path, named, {})
    assert found is not None
    assert found.source == "named"
    assert found.root == tmp_path / ("project/.venv" if named == "project" else "tools")


@pytest.mark.parametrize("named", ["missing", "empty"])
def test_a_choice_that_is_no_environment_is_said(tmp_path: Path, named: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(NoKernelError, match=f"no Python .*{named}"):
        find_environment(tmp_path, named, {})


def test_the_environments_python_runs_the_kernel(tmp_path: Path) -> None:
    root = make_environment(tmp_path / "project/.venv", packages=("ipykernel",))
    spec = choose(PYTHON, find_environment(tmp_path / "project", None, {}))
    assert spec.argv[:3] == (str(root / "bin/python"), "-m", "ipykernel_launcher")
    assert spec.display_name == "Python 3 (project)"
    assert spec.env["VIRTUAL_ENV"] == str(root)
    assert spec.env["PATH"] == f"{root}/bin:${{PATH}}"


@pytest.mark.parametrize(
    ("packages", "command"),
    [
        (("pip",), "{root}/bin/python -m pip install ipykernel"),
        ((), "pip --python {root}/bin/python install ipykernel"),
    ],
)
def test_an_environment_without_ipykernel_names_the_command(
    tmp_path: Path, packages: tuple[str, ...], command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")  # no uv
    root = tmp_path / "a project/.venv"
    venv.create(root, with_pip=False)
    for package in packages:
        (next(root.glob("lib/*/site-packages")) / package).mkdir()
    with pytest.raises(NoKernelError) as raised:
        choose(PYTHON, find_environment(root.parent, None, {}))
    message = str(raised.value).replace("'", "")
    assert "\n" not in message
    assert command.format(root=root) in message


def test_an_environment_that_sees_the_systems_ipykernel_will_do(tmp_path: Path) -> None:
    # Its site-packages lacks it, so its Python is asked. This Python finds it by its own means.
    environment = Environment(Path(sys.executable), EnvironmentKind.PYTHON, None, "named")
    assert choose(PYTHON, environment).argv[0] == sys.executable


def test_condas_base_without_ipykernel_is_passed_over(tmp_path: Path, jupyter_path: Path) -> None:
    root = make_environment(tmp_path / "conda", "conda-meta")
    (root / "bin/python").unlink()
    (root / "bin/python").symlink_to("/bin/false")
    (root / "condabin").mkdir()
    environment = find_environment(tmp_path, None, {"CONDA_PREFIX": str(root)})
    assert environment is not None
    make_kernelspec(jupyter_path, "mine", argv=["x"], display_name="Mine", language="python")
    metadata: JsonObject = {"kernelspec": {"name": "mine"}}
    assert choose(metadata, environment).name == "mine"


def test_another_language_does_not_use_the_environment(tmp_path: Path, jupyter_path: Path) -> None:
    make_environment(tmp_path / ".venv", packages=("ipykernel",))
    make_kernelspec(jupyter_path, "ir", argv=["R"], display_name="R", language="R")
    environment = find_environment(tmp_path, None, {})
    assert choose({"kernelspec": {"name": "ir", "language": "R"}}, environment).name == "ir"
    # The name is another machine's; the language decides, whatever its case.
    assert choose({"language_info": {"name": "r"}}, environment).name == "ir"


def test_a_python_kernel_of_its_own_kind_wins_over_the_environment(
    tmp_path: Path, jupyter_path: Path
) -> None:
    make_environment(tmp_path / ".venv", packages=("ipykernel",))
    argv = ["sage", "--python", "-m", "sage.repl.ipython_kernel", "-f", "{connection_file}"]
    make_kernelspec(jupyter_path, "sage", argv=argv, display_name="Sage", language="python")
    spec = choose({"kernelspec": {"name": "sage"}}, find_environment(tmp_path, None, {}))
    assert spec.argv == tuple(argv)


def test_a_kernel_asked_for_by_name_wins(tmp_path: Path, jupyter_path: Path) -> None:
    make_environment(tmp_path / ".venv", packages=("ipykernel",))
    make_kernelspec(jupyter_path, "ir", argv=["R"], display_name="R", language="R")
    environment = find_environment(tmp_path, None, {})
    assert choose(PYTHON, environment, "ir").display_name == "R"
    with pytest.raises(NoKernelError, match=r"no kernel is called 'nope'; installed: .*ir"):
        choose(PYTHON, environment, "nope")


def test_a_language_without_a_kernel_is_said(jupyter_path: Path) -> None:
    with pytest.raises(NoKernelError, match="no kernel for julia is installed"):
        choose({"kernelspec": {"name": "julia-1.9", "language": "julia"}})


def test_a_notebook_that_says_nothing_is_python(jupyter_path: Path) -> None:
    assert choose({}).language == "python"


def test_an_environments_own_kernelspecs_are_listed(tmp_path: Path, jupyter_path: Path) -> None:
    root = make_environment(tmp_path / ".venv")
    argv = ["python", "-m", "xpython", "-f", "{connection_file}"]
    make_kernelspec(root / "share/jupyter", "xp", argv=argv, display_name="X", language="python")
    specs = {spec.name: spec for spec in list_kernels(find_environment(tmp_path, None, {}))}
    assert specs["xp"].argv[0] == str(root / "bin/python")


def test_each_environment_has_the_tool_that_made_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    for name in ("uv", "mamba", "pixi"):
        (bin_folder / name).symlink_to("/bin/true")
    monkeypatch.setenv("PATH", str(bin_folder))
    uv = make_environment(tmp_path / "u/.venv", packages=("pip",))
    (uv / "pyvenv.cfg").write_text("home = /usr/bin\nuv = 0.8.0\n")
    pip = make_environment(tmp_path / "p/.venv", packages=("pip",))
    bare = make_environment(tmp_path / "b/.venv")
    conda = make_environment(tmp_path / "c/.conda", "conda-meta")
    make_environment(tmp_path / "x/.pixi/envs/default", "conda-meta")
    found = [find_environment(root.parent, None, {}) for root in (uv, pip, bare, conda)]
    found.append(find_environment(tmp_path / "x", None, {}))
    tools = [tool_name(install_command(one)) for one in found if one is not None]
    assert tools == ["uv pip", "pip", "uv pip", "mamba", "pixi"]
    assert found[4] is not None
    assert install_command(found[4])[2:4] == ("--manifest-path", str(tmp_path / "x"))


def test_conda_finds_the_environment_that_the_project_names(tmp_path: Path) -> None:
    home = tmp_path / "home"
    root = make_environment(home / "miniforge3/envs/data-science", "conda-meta")
    project = tmp_path / "project"
    (project / "deep").mkdir(parents=True)
    (project / "environment.yml").write_text("channels: [x]\nname: data-science\n")
    found = find_environment(project / "deep", None, {"HOME": str(home)})
    assert found is not None
    assert found.root == root
    assert found.why == "named by environment.yml"


def test_conda_is_asked_where_its_environments_are(tmp_path: Path) -> None:
    root = make_environment(tmp_path / "far/away/mine", "conda-meta")
    (tmp_path / "home/.conda").mkdir(parents=True)
    (tmp_path / "home/.conda/environments.txt").write_text(f"/other\n{root}\n")
    (tmp_path / "environment.yaml").write_text('name: "mine"\n')
    found = find_environment(tmp_path, None, {"HOME": str(tmp_path / "home")})
    assert found is not None
    assert found.root == root


def test_poetrys_environment_outside_of_the_project_is_found(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "poetry.lock").touch()
    digest = hashlib.sha256(str(project.resolve()).encode()).digest()
    label = base64.urlsafe_b64encode(digest).decode()[:8]
    root = make_environment(tmp_path / f"cache/pypoetry/virtualenvs/project-{label}-py3.11")
    found = find_environment(project, None, {"XDG_CACHE_HOME": str(tmp_path / "cache")})
    assert found is not None
    assert found.root == root


def test_all_environments_are_listed_in_the_order_of_the_search(tmp_path: Path) -> None:
    far = make_environment(tmp_path / ".venv")
    near = make_environment(tmp_path / "project/venv")
    active = make_environment(tmp_path / "active")
    variables = {"VIRTUAL_ENV": str(active), "CONDA_PREFIX": str(far)}
    listed = list_environments(tmp_path / "project", variables)
    assert [one.root for one in listed] == [near, far, active]
    assert [one.source for one in listed] == ["project", "project", "$VIRTUAL_ENV"]
