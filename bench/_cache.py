"""Virtual environments and source trees, made once below one directory and kept."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

BENCH = Path(__file__).resolve().parent
DEFAULT_CACHE = BENCH / ".cache"


class NotAvailable(Exception):
    """Something that cannot be had here, such as an interpreter; its text is for the user."""


@dataclass(frozen=True)
class Environment:
    """A virtual environment."""

    directory: Path

    def program(self, name: str) -> str:
        """Return the path of one of its programs."""
        return str(self.directory / "bin" / name)

    def variables(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the variables of a shell in which it is active and the plugins of this directory can be loaded."""
        variables = {
            **os.environ,
            "VIRTUAL_ENV": str(self.directory),
            "PATH": f"{self.directory / 'bin'}:{os.environ['PATH']}",
            "PYTHONPATH": str(BENCH / "plugins"),
            "PYTHONHASHSEED": "0",
        }
        return {**variables, **(extra or {})}


def find_python(wanted: str) -> str:
    """Return the interpreter that a path or a version means: one of pyenv's, or ``pythonX.Y`` on PATH."""
    if "/" in wanted:
        return wanted
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions" / wanted / "bin" / "python"
    if pyenv.exists():
        return str(pyenv)
    found = shutil.which("python" + ".".join(wanted.split(".")[:2]))
    if found is None:
        raise NotAvailable(f"no interpreter {wanted} in pyenv or on PATH")
    return found


def python_version(python: str) -> tuple[int, int, int]:
    """Ask an interpreter for its version."""
    text = subprocess.check_output([python, "-c", "import sys; print(*sys.version_info[:3])"], text=True)
    major, minor, micro = map(int, text.split())
    return major, minor, micro


@dataclass(frozen=True)
class Cache:
    """The directory that keeps everything."""

    directory: Path = field(default=DEFAULT_CACHE)

    def environment(self, python: str, name: str, requirements: Sequence[str]) -> Environment:
        """Return an environment with exactly these requirements; made anew when they have changed."""
        version = ".".join(map(str, python_version(python)))
        directory = self.directory / "venv" / f"cpython-{version}-{name}"
        stamp = directory / "requirements.txt"
        wanted = "\n".join(requirements) + "\n"
        if not stamp.exists() or stamp.read_text() != wanted:
            say(f"making {directory}")
            shutil.rmtree(directory, ignore_errors=True)
            run_quietly([python, "-m", "venv", str(directory)])
            run_quietly([str(directory / "bin" / "python"), "-m", "pip", "install", *PIP_OPTIONS, *requirements])
            stamp.write_text(wanted)
        return Environment(directory)

    def runner(self, python: str, requirements: Sequence[str], needs: Sequence[str] = ()) -> Environment:
        """Return the environment of a runner, named after what it consists of; it holds what its tests need too."""
        name = "-".join(("runner", *requirements)).replace("==", "-")
        return self.environment(python, name, [*requirements, *needs])

    def source_tree(self, requirement: str) -> Path:
        """Return the unpacked source distribution of ``name==version``, tests and configuration included."""
        directory = self.directory / "src" / requirement
        if not directory.exists():
            say(f"fetching {requirement}")
            self._unpack(self._download(requirement), directory)
        return next(directory.iterdir())

    def _download(self, requirement: str) -> Path:
        target = self.directory / "sdist" / requirement
        if not target.exists():
            name = requirement.partition("==")[0]
            options = ["--no-deps", "--no-binary", name, "--dest", str(target)]
            run_quietly([sys.executable, "-m", "pip", "download", *PIP_OPTIONS, *options, requirement])
        return next(target.iterdir())

    @staticmethod
    def _unpack(archive: Path, directory: Path) -> None:
        fresh = directory.with_name(directory.name + ".part")
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.unpack_archive(archive, fresh)
        fresh.rename(directory)


PIP_OPTIONS = ("--quiet", "--disable-pip-version-check")


def add_cache_option(parser: argparse.ArgumentParser) -> None:
    """Let the user say where environments and suites are kept."""
    parser.add_argument("--cache", type=lambda text: Path(text).absolute(), default=DEFAULT_CACHE)


def add_environment_options(parser: argparse.ArgumentParser) -> None:
    """Let the user say which interpreter and pytest are measured, and where they are kept."""
    parser.add_argument("--python", default=sys.executable, help="a version or a path (%(default)s)")
    parser.add_argument("--pytest", default="9.2.0", help="a version (%(default)s)")
    add_cache_option(parser)


def run_quietly(command: Sequence[str]) -> None:
    """Run a command; NotAvailable with what it said if it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise NotAvailable(f"{' '.join(command)} failed:\n{done.stdout}")


def say(text: str) -> None:
    """Tell the user what takes so long, beside the table."""
    print(text, file=sys.stderr, flush=True)
