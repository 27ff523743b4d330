"""A process of its own: ``PYTHON _selftest.py [--agent PATH] [--java PATH] [--app DIR] [--format text|json|rung]``.

Says what this machine and interpreter can do, which rung of the ladder of isolation that makes, and how to get a better
one. Every capability is tried, not concluded from a version. What could harm this process is tried in a child.
"""

from __future__ import annotations

import argparse
import errno
import fcntl
import importlib.machinery
import importlib.util
import json
import os
import platform
import signal
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

SNAPSHOT = "snapshot"
FORK = "fork"
NONE = "none"

_IS_ARM = platform.machine() == "aarch64"
_SYS_USERFAULTFD = 282 if _IS_ARM else 323
_SYS_LANDLOCK_CREATE_RULESET = 444
_LANDLOCK_VERSION = 1
_UFFD_USER_MODE_ONLY = 1
_UFFD_API = 0xAA
_UFFDIO_API = 0xC018AA3F
_UFFD_WP_ASYNC = 1 << 15
_UFFD_WP_UNPOPULATED = 1 << 13
_PAGEMAP_SCAN = 0xC0606610
_PROCMAP_QUERY = 0xC0686611
_PROCMAP_COVERING_OR_NEXT = 0x10
_DISPENSABLE = ("procmap_query",)  # without it the agent reads the mappings as text
_CLONE_NEWNS = 0x00020000
_CLONE_NEWUSER = 0x10000000

_KERNEL_ADVICE = "Linux 6.7 or newer"
_UFFD_ADVICE = (
    "allow the system call userfaultfd: containers refuse it by their default seccomp profile "
    "(Docker and Podman: --security-opt seccomp=PROFILE with a profile that has userfaultfd)"
)
_AGENT_ADVICE = "install gcc, make, the C library's and Python's headers, and run bin/setup"
_USERNS_ADVICE = "allow user namespaces (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone)"


@dataclass(frozen=True)
class Capability:
    """One thing that was tried."""

    name: str
    ok: bool
    detail: str
    """What was found; where it is not ok, why."""
    needed_for: str
    """``snapshot``, ``fork``, ``sandbox``, ``tests`` or ``speed``."""
    advice: str = ""
    """How to get it; empty if it is there, or nothing can be done."""


class Missing(Exception):
    """A capability is not there; the text says why."""


# --- helpers ---------------------------------------------------------------------------------------------------------


def attempt(name: str, needed_for: str, advice: str, trial: Callable[[], str]) -> Capability:
    """Try something; what it returns is the detail, what it raises the reason."""
    try:
        return Capability(name, True, trial(), needed_for)
    except Missing as e:
        return Capability(name, False, str(e), needed_for, advice)
    except ModuleNotFoundError as e:
        return Capability(name, True, f"not tried: this Python has no {e.name}", needed_for)
    except (OSError, ImportError, AttributeError, ValueError) as e:
        return Capability(name, False, describe(e), needed_for, advice)


def describe(error: BaseException) -> str:
    """Return the reason in a few words, with the name of the error number."""
    if isinstance(error, OSError) and error.errno:
        return f"{error.strerror} ({errno.errorcode.get(error.errno, error.errno)})"
    return f"{type(error).__name__}: {error}"


def libc() -> Any:
    """Return the C library, for calls that Python has no function for."""
    import ctypes

    return ctypes.CDLL(None, use_errno=True)


def checked(result: int) -> int:
    """Return the result of a call of :func:`libc`, or raise what errno says."""
    import ctypes

    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def in_child(trial: Callable[[], str]) -> str:
    """Run the trial in a child, so that whatever it changes or breaks goes with it."""
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        os._exit(_report(trial, write_end))
    os.close(write_end)
    with open(read_end, encoding="utf-8", errors="replace") as pipe:
        answer = pipe.read()
    status = os.waitpid(pid, 0)[1]
    if os.WIFSIGNALED(status):
        raise Missing(f"the trial died of {signal.Signals(os.WTERMSIG(status)).name}")
    if os.WEXITSTATUS(status):
        raise Missing(answer or "the trial ended without an answer")
    return answer


def _report(trial: Callable[[], str], pipe: int) -> int:
    try:
        code, answer = 0, trial()
    except Missing as e:
        code, answer = 1, str(e)
    except BaseException as e:
        code, answer = 1, describe(e)
    os.write(pipe, answer.encode("utf-8", "replace")[:4000])
    return code


def read(path: str) -> str:
    """Return a small file's text without the last line feed."""
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read().strip()


# --- what a rewind needs -------------------------------------------------------------------------------------------


def userfaultfd() -> str:
    """Ask for what tracks written pages without a handler, in user mode only."""
    fd = checked(libc().syscall(_SYS_USERFAULTFD, os.O_CLOEXEC | os.O_NONBLOCK | _UFFD_USER_MODE_ONLY))
    try:
        features = _UFFD_WP_ASYNC | _UFFD_WP_UNPOPULATED
        try:
            fcntl.ioctl(fd, _UFFDIO_API, bytearray(struct.pack("<QQQ", _UFFD_API, features, 0)))
        except OSError:
            raise Missing(f"it is there, but without WP_ASYNC: {_KERNEL_ADVICE} is needed") from None
    finally:
        os.close(fd)
    return "user mode, WP_ASYNC, WP_UNPOPULATED"


def pagemap_scan() -> str:
    """Scan an empty range."""
    with open("/proc/self/pagemap", "rb") as pagemap:
        page = os.sysconf("SC_PAGE_SIZE")
        fcntl.ioctl(pagemap, _PAGEMAP_SCAN, bytearray(struct.pack("<12Q", 96, 0, 0, page, *[0] * 8)))
    return "ioctl of /proc/self/pagemap"


def procmap_query() -> str:
    """Ask for the first mapping."""
    with open("/proc/self/maps", "rb") as maps:
        query = struct.pack("<9Q4I2Q", 104, _PROCMAP_COVERING_OR_NEXT, *[0] * 13)
        fcntl.ioctl(maps, _PROCMAP_QUERY, bytearray(query))
    return "ioctl of /proc/self/maps"


def process_vm_readv() -> str:
    """Read a byte of a child of ours."""
    import ctypes

    word = ctypes.create_string_buffer(b"golden")
    copy = ctypes.create_string_buffer(len(word))
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(write_end)
        os.read(read_end, 1)
        os._exit(0)
    try:
        ours = struct.pack("<QQ", ctypes.addressof(copy), len(word))
        theirs = struct.pack("<QQ", ctypes.addressof(word), len(word))
        checked(libc().process_vm_readv(pid, ours, 1, theirs, 1, 0))
    finally:
        os.close(write_end)
        os.close(read_end)
        os.waitpid(pid, 0)
    if copy.raw != word.raw:
        raise Missing("what was read is not what is there")
    return "from a child of ours"


def agent(path: str) -> Callable[[], str]:
    """Return a trial that loads the agent into a child and has it look around."""

    def trial() -> str:
        if not path:
            raise Missing("it is not built")
        if not os.path.exists(path):
            raise Missing(f"it is not built: there is no {path}")
        return in_child(lambda: _probe(path))

    return trial


def _probe(path: str) -> str:
    loader = importlib.machinery.ExtensionFileLoader("_tach_agent", path)
    spec = importlib.util.spec_from_file_location("_tach_agent", path, loader=loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    found = module.probe()
    reasons = [f"{name}: {reason}" for name, reason in found.items() if reason and name not in _DISPENSABLE]
    if reasons:
        raise Missing("; ".join(reasons))
    return f"loads into CPython {platform.python_version()}, finds all it needs"


# --- what forking needs --------------------------------------------------------------------------------------------


def fork() -> str:
    """Fork a process that says so."""
    return in_child(lambda: "a child ran")


def pidfd() -> str:
    """Hold a process by a descriptor."""
    os.close(os.pidfd_open(os.getpid()))
    return "pidfd_open"


def memfd() -> str:
    """Make a file in memory that cannot grow."""
    fd = os.memfd_create("tach-self-test", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_GROW)
    finally:
        os.close(fd)
    return "memfd_create, seals"


# --- what a sandbox needs ------------------------------------------------------------------------------------------


def landlock() -> str:
    """Ask for the version of its interface."""
    abi = checked(libc().syscall(_SYS_LANDLOCK_CREATE_RULESET, None, 0, _LANDLOCK_VERSION))
    return f"ABI {abi}"


def user_namespaces() -> str:
    """Become root of a namespace of one's own, in a child."""
    return in_child(lambda: _enter_namespaces() or "user and mount namespace of one's own")


def _enter_namespaces() -> str:
    uid, gid = os.geteuid(), os.getegid()
    checked(libc().unshare(_CLONE_NEWUSER | _CLONE_NEWNS))
    for name, text in (("setgroups", "deny"), ("uid_map", f"0 {uid} 1"), ("gid_map", f"0 {gid} 1")):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(text)
    return ""


def overlayfs() -> str:
    """Mount one over a directory of ours, in a namespace that nobody else sees."""
    with tempfile.TemporaryDirectory(prefix="tach-self-test-") as base:
        return in_child(lambda: _enter_namespaces() or _mount_overlay(base))


def _mount_overlay(base: str) -> str:
    lower = os.path.join(base, "lower")
    os.mkdir(lower)
    checked(libc().mount(b"tmpfs", os.fsencode(base), b"tmpfs", 0, None))
    for name in ("lower", "upper", "work", "merged"):
        os.mkdir(os.path.join(base, name))
    options = f"lowerdir={lower},upperdir={base}/upper,workdir={base}/work,userxattr"
    merged = os.path.join(base, "merged")
    checked(libc().mount(b"overlay", os.fsencode(merged), b"overlay", 0, os.fsencode(options)))
    return "mounted in a user namespace, upper layer on tmpfs"


def seccomp() -> str:
    """Ask which actions filters may take."""
    actions = read("/proc/sys/kernel/seccomp/actions_avail").split()
    if "errno" not in actions:
        raise Missing("filters cannot refuse a call: " + " ".join(actions))
    return "filters"


# --- what it runs on -----------------------------------------------------------------------------------------------


def kernel() -> str:
    """Name the kernel; whether it is new enough is not concluded from its number."""
    uname = os.uname()
    if uname.sysname != "Linux":
        raise Missing(f"tach needs Linux, this is {uname.sysname}")
    return f"Linux {uname.release}, {uname.machine}"


def interpreter() -> str:
    """Name the interpreter and its pytest."""
    if sys.version_info < (3, 10) or platform.python_implementation() != "CPython":
        raise Missing(f"CPython 3.10 or newer is needed, this is {platform.python_implementation()} {sys.version}")
    from importlib import metadata

    try:
        pytest = metadata.version("pytest")
    except metadata.PackageNotFoundError:
        raise Missing(f"{sys.executable} is Python {platform.python_version()} without pytest") from None
    return f"{sys.executable}: Python {platform.python_version()}, pytest {pytest}"


def processors() -> str:
    """Count the processors that we may use, and what the control group leaves of them."""
    count = len(os.sched_getaffinity(0))
    return f"{count} usable, {os.cpu_count()} in the machine, {_quota()}"


def _quota() -> str:
    for path in _cpu_max_files():
        try:
            quota, period = read(path).split()
        except (OSError, ValueError):
            continue
        if quota not in ("max", "-1"):
            return f"control group allows {int(quota) / int(period):g}"
    return "no limit by a control group"


def _cpu_max_files() -> list[str]:
    """Return where a limit of ours may stand, innermost first."""
    groups = [line.partition("::")[2] for line in read("/proc/self/cgroup").splitlines() if line.startswith("0::")]
    files = []
    for group in groups:
        parts = [part for part in group.split("/") if part]
        for end in range(len(parts), -1, -1):
            files.append("/".join(["/sys/fs/cgroup", *parts[:end], "cpu.max"]))
    return files


def java(path: str, app: str) -> Callable[[], str]:
    """Return a trial that starts the JVM that runs tach, with the options that tach starts it with."""

    def trial() -> str:
        if not path:
            raise Missing("no java is known")
        return _java_version(path, [f"@{app}/jvm.args"])

    return trial


def archive(path: str, app: str) -> Callable[[], str]:
    """Return a trial that starts the JVM only if it can map the archive of classes."""

    def trial() -> str:
        file = os.path.join(app, "tach.jsa")
        if not path or not os.path.exists(file):
            raise Missing("it was not made")
        _java_version(path, [f"@{app}/jvm.args", "-Xshare:on"])
        return f"{os.path.getsize(file) >> 20} MiB, mapped"

    return trial


def _java_version(path: str, options: list[str]) -> str:
    run = subprocess.run([path, *options, "-version"], capture_output=True, text=True, timeout=60)
    lines = [line.strip("# ") for line in (run.stderr or run.stdout).splitlines()]
    lines = [line for line in lines if line] or ["it said nothing"]
    if run.returncode:
        raise Missing(lines[0])
    return f"{path}: {lines[0]}"


# --- the ladder ----------------------------------------------------------------------------------------------------


def isolation(agent_path: str) -> list[Capability]:
    """Try what the ladder of isolation is made of."""
    return [
        attempt("fork", FORK, "allow more processes (ulimit -u, the control group's pids.max)", fork),
        attempt("memfd", FORK, "", memfd),
        attempt("pidfd", SNAPSHOT, "", pidfd),
        attempt("userfaultfd", SNAPSHOT, _UFFD_ADVICE, userfaultfd),
        attempt("pagemap_scan", SNAPSHOT, _KERNEL_ADVICE, pagemap_scan),
        attempt("process_vm_readv", SNAPSHOT, "allow it for children (sysctl kernel.yama.ptrace_scope 1 or 0)", process_vm_readv),
        attempt("agent", SNAPSHOT, _AGENT_ADVICE, agent(agent_path)),
    ]


def surroundings(java_path: str, app: str) -> list[Capability]:
    """Try what isolation does not hang on."""
    return [
        attempt("procmap_query", "speed", "Linux 6.11 or newer", procmap_query),
        attempt("landlock", "sandbox", "boot with lsm=...,landlock", landlock),
        attempt("user_namespaces", "sandbox", _USERNS_ADVICE, user_namespaces),
        attempt("overlayfs", "sandbox", "load the kernel module overlay", overlayfs),
        attempt("seccomp", "sandbox", "", seccomp),
        attempt("processors", "speed", "", processors),
        attempt("java", "tests", "run bin/setup", java(java_path, app)),
        attempt("class_archive", "speed", "run bin/setup", archive(java_path, app)),
    ]


def rung(found: list[Capability]) -> tuple[str, str, str]:
    """Return the rung, why it is no better one, and how to get that."""
    for name, below in ((FORK, NONE), (SNAPSHOT, FORK)):
        missing = [c for c in found if c.needed_for == name and not c.ok]
        if missing:
            reason = "; ".join(f"{c.name}: {c.detail}" for c in missing)
            return below, reason, "; ".join(dict.fromkeys(c.advice for c in missing if c.advice))
    return SNAPSHOT, "", ""


# --- showing it ----------------------------------------------------------------------------------------------------


def as_text(found: list[Capability]) -> str:
    """Return the whole for a reader."""
    name, reason, advice = rung(found)
    lines = [f"isolation: {name}" + (f", because {reason}" if reason else "")]
    if advice:
        lines.append(f"for a better one: {advice}")
    lines.append("")
    width = max(len(c.name) for c in found)
    for c in found:
        lines.append(f"{'ok' if c.ok else 'no':4}{c.name:{width + 2}}{c.detail}")
        if c.advice and c.needed_for not in (SNAPSHOT, FORK):
            lines.append(f"{'':{width + 6}}to get it: {c.advice}")
    return "\n".join(lines) + "\n"


def as_json(found: list[Capability]) -> str:
    """Return the whole for a program: one object on one line."""
    name, reason, advice = rung(found)
    summary = {"isolation": name, "reason": reason, "advice": advice}
    return json.dumps({**summary, "capabilities": [asdict(c) for c in found]}) + "\n"


def main(argv: list[str]) -> int:
    """Print what was asked for; 0 if tests can at least be forked, else 1."""
    parser = argparse.ArgumentParser(prog="tach self-test")
    parser.add_argument("--format", choices=("text", "json", "rung"), default="text")
    for option in ("--agent", "--java", "--app"):
        parser.add_argument(option, default="", help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    ladder = isolation(options.agent)
    name, reason, _ = rung(ladder)
    if options.format == "rung":
        sys.stdout.write(f"{name}\n{reason}\n")
    else:
        base = [attempt("kernel", "tests", "", kernel), attempt("python", "tests", "install pytest for it", interpreter)]
        found = [*base, *ladder, *surroundings(options.java, options.app)]
        sys.stdout.write(as_json(found) if options.format == "json" else as_text(found))
    return 0 if name != NONE else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
