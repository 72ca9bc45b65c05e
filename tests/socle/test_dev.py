"""dev.py: the environment holds what the locks ask for, and is made again only when it must be."""

import re

import pytest

import dev

BASE, MORE = "requirements.txt", "requirements-demo.txt"


@pytest.fixture
def installs(tmp_path, monkeypatch):
    """Give the list of (locks, fresh) installed in a project of two locks, which starts with nothing."""
    for name in (BASE, MORE):
        (tmp_path / name).write_text(f"{name}==1\n")
    done = []

    def install(names, fresh):
        done.append((names, fresh))
        dev.PYTHON.parent.mkdir(parents=True, exist_ok=True)
        dev.PYTHON.touch()

    monkeypatch.setattr(dev, "HERE", tmp_path)
    monkeypatch.setattr(dev, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(dev, "STAMP", tmp_path / ".venv" / "installed.json")
    monkeypatch.setattr(dev, "BROWSER", [BASE, MORE])
    monkeypatch.setattr(dev, "install", install)
    return done


def test_a_second_run_installs_nothing(installs):
    dev.prepare([BASE, MORE])
    dev.prepare([BASE, MORE])

    assert installs == [([BASE, MORE], True)]


def test_a_command_which_needs_more_adds_it(installs):
    dev.prepare([BASE])
    dev.prepare([BASE, MORE])

    assert installs == [([BASE], True), ([MORE], False)]


def test_a_changed_lock_makes_the_environment_again(installs):
    dev.prepare([BASE, MORE])
    (dev.HERE / MORE).write_text("something==2\n")

    dev.prepare([BASE])

    assert installs[-1] == ([BASE], True)


@pytest.mark.parametrize("stamp", ["", "{", '{"python": "2.7", "locks": {}}'])
def test_a_stamp_that_says_nothing_true_makes_the_environment_again(installs, stamp):
    dev.prepare([BASE])
    dev.STAMP.write_text(stamp)

    dev.prepare([BASE])

    assert installs == [([BASE], True), ([BASE], True)]


def test_an_environment_whose_python_is_gone_is_made_again(installs):
    dev.prepare([BASE])
    dev.PYTHON.unlink()

    dev.prepare([BASE])

    assert installs == [([BASE], True), ([BASE], True)]


@pytest.mark.parametrize("name", dev.BROWSER)
def test_every_lock_pins_versions_and_hashes_and_holds_no_address(name):
    text = (dev.HERE / name).read_text()

    packages = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert packages
    assert [line for line in packages if not re.match(r"[\w.-]+==[\w.]+ .*\\$", line)] == []
    assert text.count("--hash=sha256:") >= len(packages)
    assert "://" not in text
