"""A recipe depends on what made a file and on nothing else."""

from __future__ import annotations

import subprocess

import pytest

from analysis import recipe


def test_two_lists_of_parts_never_share_a_hash() -> None:
    assert recipe.sha256_of("ab", "c") != recipe.sha256_of("a", "bc")
    assert recipe.sha256_of("a") == recipe.sha256_of(b"a")
    assert len(recipe.sha256_of("\ud800")) == 64, "a lone surrogate is hashed, not refused"


def test_versions_and_code_are_known() -> None:
    assert set(recipe.packages()) == set(recipe.PACKAGES)
    assert recipe.version() and len(recipe.code_sha256()) == 64
    assert recipe.as_json({"b": 1, "a": "é"}) == '{"a": "é", "b": 1}'


def test_without_git_the_commit_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*words: str) -> str:
        raise subprocess.CalledProcessError(1, words)

    monkeypatch.setattr(recipe, "_git", fails)
    recipe.commit.cache_clear()
    try:
        assert recipe.commit() == ""
    finally:
        recipe.commit.cache_clear()
