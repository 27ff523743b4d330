"""What workers inherit from the zygote looks to tests as it does under pytest."""

from __future__ import annotations

from pathlib import Path

from fake_supervisor import FakeSupervisor, Run


def run(project: Path, strategy: str, **files: str) -> Run:
    """Run a project of these files, without ``.py``, with one worker; a warning is an error there."""
    (project / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    for name, text in files.items():
        (project / f"{name}.py").write_text(text)
    with FakeSupervisor(project) as supervisor:
        return supervisor.run(strategy=strategy)


def test_capture_is_handed_over_without_a_warning(tmp_path: Path, strategy: str) -> None:
    result = run(tmp_path, strategy, test_a="import gc\ndef test_collect(): gc.collect()\ndef test_next(): pass\n")
    assert result.outcomes == {"test_a.py::test_collect": "passed", "test_a.py::test_next": "passed"}


def test_stream_that_a_conftest_keeps_is_captured(tmp_path: Path, strategy: str) -> None:
    result = run(
        tmp_path,
        strategy,
        conftest="import sys\nSTREAM = sys.stdout\n",
        test_a="from conftest import STREAM\ndef test_says(): STREAM.write('still here'); assert 0\n",
    )
    assert result.outcomes == {"test_a.py::test_says": "failed"}
    assert "still here" in result.summary


def test_objects_are_not_hidden_from_the_collector(tmp_path: Path, strategy: str) -> None:
    test = "import conftest, gc\ndef test_seen(): assert vars(conftest) in gc.get_referrers(conftest.KEPT)\n"
    result = run(tmp_path, strategy, conftest="KEPT = [object()]\n", test_a=test)
    assert result.outcomes == {"test_a.py::test_seen": "passed"}
