"""The other commands, over a small archive: what they print, and what they exit with."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from digitizer import errors
from digitizer.model import FieldName
from pipelines.cli.main import COMMANDS, cli
from pipelines.messages import TEXTS
from samples.truth import PAPERS
from tests.endtoend.conftest import SmallRun
from tests.endtoend.installed import Sohoa

# Letters that only Vietnamese has among the languages we speak; they cover NFC text.
_VIETNAMESE = re.compile("[ăđơư\u1ea0-\u1ef9]", re.IGNORECASE)


# ── look-up ──────────────────────────────────────────────────────────────────────────────────


def _number(small_run: SmallRun) -> str:
    return small_run.truths[1].fields[FieldName.SO_KY_HIEU]


def test_the_small_archive_is_whole(small_run: SmallRun) -> None:
    assert (small_run.ended.code, len(small_run.signed())) == (0, 3), small_run.ended.err


def test_a_paper_that_is_held_is_found_by_its_number(small_run: SmallRun) -> None:
    ended = small_run.sohoa("lookup", "--number", _number(small_run), "--json")
    found = ended.json["found"]
    ids = [one["document"]["document_id"] for one in found]
    # Signed with the throw-away key: found, and not good for re-use.
    assert (ended.code, ids) == (43, [small_run.truths[1].sha256[:32]])


def test_an_answer_has_the_promised_form(small_run: SmallRun) -> None:
    answer = small_run.sohoa("lookup", "--number", _number(small_run), "--json").json
    keys = ["schema", "state", "reason", "sentence", "as_of", "detail", "found"]
    assert (answer["schema"], list(answer)) == ("sohoa.lookup/1", keys)


def test_an_answer_shows_none_of_the_keys_it_was_found_by(small_run: SmallRun) -> None:
    answer = small_run.sohoa("lookup", "--number", _number(small_run), "--json").json
    shown = answer["found"][0]["document"]
    assert [name for name in shown if name.endswith("_key") and name != "signed_key"] == []


def test_a_paper_is_found_by_its_own_bytes(small_run: SmallRun) -> None:
    truth = small_run.truths[2]
    ended = small_run.sohoa("lookup", "--file", PAPERS / truth.path, "--json")
    assert ended.json["found"][0]["document"]["document_id"] == truth.sha256[:32]


def test_a_paper_that_is_not_held_exits_with_40(small_run: SmallRun) -> None:
    ended = small_run.sohoa("lookup", "--number", "9999/QĐ-KHONG", "--json")
    assert (ended.code, ended.json["found"]) == (40, [])


def test_without_a_catalog_nothing_is_denied(sohoa: Callable[..., Sohoa]) -> None:
    ended = sohoa()("lookup", "--number", "1/QĐ-UBND", "--json")
    assert (ended.code, ended.json["state"]) == (44, "UNAVAILABLE")


def test_a_question_without_a_key_is_wrong_usage(small_run: SmallRun) -> None:
    assert small_run.sohoa("lookup").code == 2


# ── verify ───────────────────────────────────────────────────────────────────────────────────


def test_an_archived_pdf_verifies_as_the_archived_one(small_run: SmallRun) -> None:
    pdf = small_run.signed()[0]
    document = pdf.relative_to(small_run.sohoa.data / "archive" / "documents").parts[2]
    ended = small_run.sohoa("verify", pdf, "--json")
    told = ended.json
    assert (ended.code, told["status"], told["archived_as"]) == (0, "valid", document)


def test_a_pdf_with_one_byte_changed_is_not_valid(small_run: SmallRun, tmp_path: Path) -> None:
    data = bytearray(small_run.signed()[0].read_bytes())
    data[len(data) // 3] ^= 1
    (tmp_path / "sua.pdf").write_bytes(data)
    ended = small_run.sohoa("verify", tmp_path / "sua.pdf", "--json")
    assert (ended.code, ended.json["status"]) == (36, "invalid")


def test_an_unsigned_pdf_is_unsigned(small_run: SmallRun) -> None:
    unsigned = next(t for t in small_run.truths if t.path.endswith(".pdf"))
    ended = small_run.sohoa("verify", PAPERS / unsigned.path, "--json")
    assert (ended.code, ended.json["status"]) == (38, "unsigned")


def test_a_signature_of_someone_unknown_is_indeterminate(
    small_run: SmallRun, sohoa: Callable[..., Sohoa]
) -> None:
    ended = sohoa()("verify", small_run.signed()[0], "--json")
    assert (ended.code, ended.json["status"]) == (37, "indeterminate")


# ── status, doctor, config ───────────────────────────────────────────────────────────────────


def test_status_tells_the_archive_to_the_page(small_run: SmallRun) -> None:
    ended = small_run.sohoa("status", "--json")
    pages = sum(len(truth.pages) for truth in small_run.truths)
    told = ended.json["counts"]["archived"]
    assert (ended.code, told["documents"], told["pages"]) == (0, 3, pages)


def test_status_of_an_empty_site_is_empty_and_makes_nothing(sohoa: Callable[..., Sohoa]) -> None:
    empty = sohoa()
    ended = empty("status", "--json")
    assert (ended.code, ended.json["counts"], empty.data.exists()) == (0, {}, False)


def test_doctor_tells_each_finding_with_its_cure(small_run: SmallRun) -> None:
    ended = small_run.sohoa("doctor", "--json")
    findings = ended.json
    assert {tuple(one) for one in findings} == {("name", "ok", "found", "cure")}
    assert ended.code == (0 if all(one["ok"] for one in findings) else 4)
    assert [one["name"] for one in findings if not one["ok"] and not one["cure"]] == []


def test_doctor_finds_this_machine_fit(small_run: SmallRun) -> None:
    troubles = [one for one in small_run.sohoa("doctor", "--json").json if not one["ok"]]
    assert [one for one in troubles if one["name"] != "disk"] == []


def test_config_show_gives_each_value_with_its_origin(small_run: SmallRun) -> None:
    shown = small_run.sohoa("config", "show", "--json").json
    origins = {(one["section"], one["key"]): one["origin"] for one in shown}
    assert origins["run", "data"] == "flag"
    assert origins["ocr", "engine"] == "SOHOA_OCR_ENGINE"
    assert origins["signing", "tsa_url"] == "default"


# ── help and languages ───────────────────────────────────────────────────────────────────────


def _commands(
    group: click.Group = cli, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))


ALL = list(_commands())


@pytest.mark.parametrize(("path", "command"), ALL, ids=[" ".join(path) for path, _ in ALL])
def test_every_command_explains_itself(path: tuple[str, ...], command: click.Command) -> None:
    shown = CliRunner().invoke(cli, [*path, "--help"])
    assert (shown.exit_code, bool(command.help)) == (0, True), shown.output


@pytest.mark.parametrize(("path", "command"), ALL, ids=[" ".join(path) for path, _ in ALL])
def test_every_option_is_explained(path: tuple[str, ...], command: click.Command) -> None:
    options = [param for param in command.params if isinstance(param, click.Option)]
    assert [option.name for option in options if not option.help] == []


def test_the_first_screen_names_every_command(small_run: SmallRun) -> None:
    shown = small_run.sohoa("--help").out
    assert [name for name in COMMANDS if not re.search(rf"^  {name}\s", shown, re.M)] == []


def test_the_version_is_told(small_run: SmallRun) -> None:
    assert re.fullmatch(r"sohoa \d+\.\d+\.\d+\n", small_run.sohoa("--version").out)


@pytest.mark.parametrize("kind", list(errors.tree()), ids=lambda kind: str(kind.code))
def test_an_english_error_has_no_vietnamese_in_it(kind: type[errors.DigitizationError]) -> None:
    said = f"{kind('').sentence('en')} {kind('').cure('en')}"
    assert not _VIETNAMESE.search(said)


def test_an_english_message_has_no_vietnamese_in_it() -> None:
    assert [key for key, (_, en) in TEXTS.items() if _VIETNAMESE.search(en)] == []


def test_an_error_is_told_in_english_on_request(small_run: SmallRun) -> None:
    ended = small_run.sohoa("--lang", "en", "review", "show", "ffff")
    assert (ended.code, bool(ended.err.strip()), _VIETNAMESE.search(ended.err)) == (3, True, None)


def test_results_go_to_standard_output_alone(small_run: SmallRun) -> None:
    ended = small_run.sohoa("-vv", "run", small_run.inbox, "--json")
    assert json.loads(ended.out)["schema"] == "sohoa.run/1"
