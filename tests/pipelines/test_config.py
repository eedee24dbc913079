"""One TOML: what is unknown is refused, what is given wins in a known order."""

from pathlib import Path

import pytest

from digitizer.errors import ConfigError
from pipelines import config


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "sohoa.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_any_file_everything_lies_under_one_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = config.load(environ={}).settings
    assert settings.run.data == Path("sohoa-data")
    assert settings.storage.folder == Path("sohoa-data/archive")
    assert settings.storage.identity_key_file == Path("sohoa-data/keys/identity.key")


def test_a_misspelt_key_is_refused_with_the_right_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"enigne.*engine"):
        config.load(_file(tmp_path, '[ocr]\nenigne = "fast"\n'), environ={})


def test_a_misspelt_table_is_refused_with_the_right_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"sining.*signing"):
        config.load(_file(tmp_path, "[sining]\n"), environ={})


def test_a_misspelt_variable_is_refused_with_the_right_one() -> None:
    """Passed over, it would leave the archive in a folder where S3 was meant."""
    with pytest.raises(ConfigError, match=r"SOHOA_STORAGE_STOER.*SOHOA_STORAGE_STORE"):
        config.load(environ={"SOHOA_STORAGE_STOER": "s3"})


def test_variables_of_other_programs_are_let_be() -> None:
    assert config.load(environ={"SOHOA_SITE": "vinh", "STORAGE_STOER": "s3"})


def test_a_flag_wins_over_a_variable_over_the_file(tmp_path: Path) -> None:
    path = _file(tmp_path, "[run]\nworkers = 1\nattempts = 5\nstore_attempts = 9\n")
    environ = {"SOHOA_RUN_WORKERS": "2", "SOHOA_RUN_ATTEMPTS": "6"}
    loaded = config.load(path, flags={"run.workers": 3}, environ=environ)
    run = loaded.settings.run
    assert (run.workers, run.attempts, run.store_attempts) == (3, 6, 9)
    origins = {(o.section, o.key): o.origin for o in loaded.origins}
    assert origins["run", "workers"] == "flag"
    assert origins["run", "attempts"] == "SOHOA_RUN_ATTEMPTS"
    assert origins["run", "store_attempts"] == str(path)
    assert origins["run", "lang"] == "default"


@pytest.mark.parametrize(
    "line",
    [
        '[ocr]\nengine = "abbyy"',
        '[run]\nworkers = "many"',
        "[signing]\nembed_revocation = 3",
        "[run]\nlang = true",
        "[storage]\nbucket = 7",
        "not toml",
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(ConfigError):
        config.load(_file(tmp_path, line), environ={})


def test_paths_in_the_file_are_relative_to_the_file(tmp_path: Path) -> None:
    path = _file(tmp_path, '[signing]\npkcs12_file = "keys/seal.p12"\n')
    assert config.load(path, environ={}).settings.signing.pkcs12_file == tmp_path / "keys/seal.p12"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml"):
        config.load(tmp_path / "nowhere.toml", environ={})
