"""Zygote, first lines: ``PYTHON <dir>/tach_harness --run-dir DIR [--agent PATH] -- ARGV...``.

Everything here must parse and run on any Python 3, and on Python 2, far enough to say that it is too old.
"""

import os
import sys

OLDEST = (3, 10)


def load_package(directory):
    """Make ``tach_harness`` importable without leaving anything of ours in ``sys.path``.

    Python puts the directory it runs into ``sys.path[0]``; the ``pytest`` script would have its own there.
    """
    import importlib.util

    if sys.path and os.path.abspath(sys.path[0]) == directory:
        sys.path[:1] = [] if getattr(sys.flags, "safe_path", False) else [os.path.dirname(sys.executable)]
    spec = importlib.util.spec_from_file_location(
        "tach_harness", os.path.join(directory, "__init__.py"), submodule_search_locations=[directory]
    )
    package = importlib.util.module_from_spec(spec)
    sys.modules["tach_harness"] = package
    spec.loader.exec_module(package)


def refuse(run_dir):
    """Answer the supervisor's connection with MSG_BOOT_FAILED; the codec itself needs a newer Python."""
    import socket
    import struct

    def text(word):
        raw = word.encode("utf-8")
        return struct.pack(">BH", 0x79, len(raw)) + raw

    reason = "tach needs Python %d.%d or newer, this is %s\n" % (OLDEST + (sys.version.split()[0],))
    body = b"\xa3" + text("kind") + text("unsupported") + text("text") + text(reason) + text("returncode") + b"\x04"
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    os.chdir(run_dir)  # an address holds 107 bytes, a path may be longer
    listener.bind("zygote.sock")
    listener.listen(1)
    listener.settimeout(60)
    listener.accept()[0].sendall(struct.pack("<IB", 1 + len(body), 0x45) + body)
    return 4


def value_of(flag, words):
    return words[words.index(flag) + 1] if flag in words else ""


def main(argv):
    end = argv.index("--")
    own, arguments = argv[:end], argv[end + 1 :]
    run_dir = value_of("--run-dir", own)
    if sys.version_info < OLDEST:
        return refuse(run_dir)
    load_package(os.path.dirname(os.path.abspath(__file__)))
    from tach_harness.base import _agent
    from tach_harness.zygote._boot import main as boot

    _agent.path = value_of("--agent", own)
    return boot(run_dir, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
