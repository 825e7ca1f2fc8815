"""Paths and profiles."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jpegnet.kept import paths, settings

pytestmark = pytest.mark.usefixtures("kept")


def test_the_profile_is_report_unless_the_environment_names_another(monkeypatch):
    assert paths.profile() == "report"
    monkeypatch.setenv("JPEGNET_PROFILE", "")
    assert paths.profile() == "report"
    monkeypatch.setenv("JPEGNET_PROFILE", "smoke")
    assert paths.profile() == "smoke"


def test_each_profile_has_its_own_folders(monkeypatch, tmp_path):
    monkeypatch.setenv("JPEGNET_ARTIFACTS", str(tmp_path))
    assert paths.artifacts_dir() == tmp_path / "report"
    assert paths.build_dir() == paths.ROOT / "_build"
    monkeypatch.setenv("JPEGNET_PROFILE", "smoke")
    assert paths.artifacts_dir() == tmp_path / "smoke"
    assert paths.build_dir() == paths.ROOT / "_build-smoke"


def test_results_lie_in_the_repository_by_default(monkeypatch):
    monkeypatch.delenv("JPEGNET_ARTIFACTS")
    repository = Path(__file__).resolve().parents[2]
    assert paths.artifacts_dir() == repository / "artifacts" / "report"
    assert repository / "data" / "mnist" / "raw" == paths.MNIST
    assert repository / "src" / "jpegnet" == paths.SOURCE


def test_a_relative_artifacts_folder_does_not_depend_on_where_a_notebook_runs(
    monkeypatch, tmp_path
):
    monkeypatch.setenv("JPEGNET_ARTIFACTS", "results")
    here = paths.artifacts_dir()
    monkeypatch.chdir(tmp_path)
    assert paths.artifacts_dir() == here


def test_jpegnet_root_moves_the_book_but_not_the_source(tmp_path):
    code = (
        "from jpegnet.kept import paths; print(paths.ROOT, paths.BOOK, paths.MNIST, paths.SOURCE)"
    )
    environment = os.environ | {"JPEGNET_ROOT": str(tmp_path)}
    shown = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    ).stdout.split()
    root = tmp_path.resolve()
    expected = [root, root / "book", root / "data/mnist/raw", paths.SOURCE]
    assert shown == [str(path) for path in expected]


def test_low_qualities_are_all_measured_and_the_report_enforces_its_claims(monkeypatch):
    current = settings.current()
    assert (current.profile, current.enforce) == ("report", True)
    assert current.sweep.qualities == current.one_picture.qualities
    assert set(range(1, 31)) < set(current.sweep.qualities)
    assert settings.PROFILES["full"].sweep.qualities == tuple(range(1, 101))
    monkeypatch.setenv("JPEGNET_PROFILE", "smoke")
    assert (settings.current().profile, settings.current().enforce) == ("smoke", False)


@pytest.mark.parametrize("name", settings.PROFILES)
def test_a_profile_is_consistent(name):
    profile = settings.PROFILES[name]
    assert profile.profile == name
    assert profile.training.seeds >= 2  # fewer have no confidence interval
    assert 1 <= profile.one_picture.ladder_seeds <= profile.training.seeds
    assert set(profile.sweep.coarse) <= set(profile.sweep.qualities)
    for qualities in (
        profile.sweep.qualities,
        profile.sweep.coarse,
        profile.one_picture.qualities,
    ):
        assert list(qualities) == sorted(set(qualities))
        assert qualities[0] >= 1
        assert qualities[-1] <= 100


def test_without_a_checkout_one_line_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.delenv("JPEGNET_ARTIFACTS")
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(paths, "BOOK", tmp_path / "book")
    for needs in (paths.artifacts_dir, paths.build_dir, paths.repository):
        with pytest.raises(FileNotFoundError, match=rf"{tmp_path} is none: set JPEGNET_ROOT"):
            needs()
    monkeypatch.setenv("JPEGNET_ARTIFACTS", str(tmp_path))
    assert paths.artifacts_dir() == tmp_path / "report"


def test_an_unknown_profile_is_refused_with_the_names_of_the_known(monkeypatch):
    monkeypatch.setenv("JPEGNET_PROFILE", "fast")
    with pytest.raises(ValueError, match=r"'fast'.*smoke, report, full"):
        settings.current()
