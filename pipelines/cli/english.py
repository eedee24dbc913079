"""The command line's help in English: the same commands, the second catalogue.

Keys are a command's path, or its path and an option. A test holds them to the commands there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import click

HELP: Mapping[str, str] = MappingProxyType(
    {
        "sohoa": """Digitize administrative papers: scan → read → sign → archive → look up.

\b
Begin:        sohoa doctor            is everything installed
              sohoa run FOLDER        digitize all files of a folder
              sohoa status            what is done, what waits
              sohoa lookup --number 12/QĐ-UBND --year 2025

It runs without any configuration: all lies under ./sohoa-data, signed with a trial key.""",
        "sohoa --config": "TOML configuration; ./sohoa.toml unless named.",
        "sohoa --data": "Data folder, [run] data.",
        "sohoa --lang": "Language of messages.",
        "sohoa --verbose": "Print the log; -vv for more.",
        "run": """Digitize every file in INBOX: clean, read, sign, archive, enter in the catalog.

INBOX is a folder tree of PDF, TIFF, JPEG and PNG files; one file is one document. Sources are
neither moved nor changed. Run it again at any time: what is done is not done again, what was
begun goes on.

\b
Exit codes: 0 all done · 100 some quarantined · 101 some wait
            102 time window or day's quota over
            3-5, 20-29 could not run · 30-39 stored data damaged, stopped at once""",
        "run --workers": "Processes; 0 is one per core, -1 works in this process.",
        "run --until": "Begin no document after this time of day.",
        "run --retry": "Also take up again what was quarantined.",
        "run --json": "Print JSON on standard output.",
        "read": """Read FILE... and print what is understood; nothing is signed or archived.

With --json one JSON object per file and line (docs/cli.md).

\b
Exit codes: 0 all read · 10-19 the only file can't be read · 100 some can't be read""",
        "read --engine": "Recognition engine; [ocr] engine unless named.",
        "read --workers": "Processes; 0 is one per core, -1 works in this process.",
        "read --json": "Print JSON on standard output.",
        "bench": """Measure the reading on your own papers: what it costs, how far to trust it.

Takes some files of FOLDER (a folder or one file), lets each engine read the same ones and prints
CPU time a page stage by stage, memory, the share of words that need no person, and how far the
engines agree. Nothing is signed or kept; no word of a paper is among the figures.

To learn the true error rate, type what is printed on a file (all pages, in reading order) into a
file of the same name plus .txt, such as 0001.pdf.txt, in UTF-8. CER and WER are then given too.

\b
Examples:   sohoa bench papers --pages 50
            sohoa bench papers --engine fast --engine verified --json
Exit codes: 0 measured · 100 some files can't be read · 3 there is no file""",
        "calibrate": """Work out, from values people confirmed, when a field may be accepted.

Each confirmation or correction by `sohoa review` records which field was read right or wrong and
how sure the machine was; never the value. This finds the lowest threshold at which the share of
right values reaches --target with 95 % confidence (Wilson's lower bound), and prints lines to paste
into sohoa.toml; it changes no configuration.

\b
Example:    sohoa calibrate --target 0.999 --json
Exit codes: 0 a threshold for one field at least · 3 too few values confirmed""",
        "calibrate --target": "Share of right values among those accepted; 0.99 unless named.",
        "calibrate --json": "Print JSON on standard output.",
        "bench --engine": "Engine to measure; may be repeated; all three unless named.",
        "bench --pages": "Begin no further file once so many pages were read; 20 unless named.",
        "bench --json": "Print JSON on standard output.",
        "lookup": """Is this paper already digitized, is it in force, may it be used again?

\b
Examples: sohoa lookup --number 209/QĐ-UBND --agency "Bạc Liêu" --year 2025
          sohoa lookup --holder < identity-numbers.txt
          sohoa lookup --file birth-certificate.pdf

\b
Exit codes: 0 re-usable · 40 not digitized · 41 some of those asked · 42 ambiguous
            43 found but not re-usable · 44 the catalog can't be used""",
        "lookup --number": "Number and code: 209/QĐ-UBND (accents and spaces do not matter).",
        "lookup --agency": "Issuing agency, or a part of its name.",
        "lookup --year": "Year of issue.",
        "lookup --holder": "Ask by identity number: one per line of standard input, never argv.",
        "lookup --name": "Ask by name and birth date; lines of standard input: NAME;1990-01-31.",
        "lookup --ask": """Ask as at the counter: each line of standard input is anything that
can be asked (number, QR text, name with birth date…).""",
        "lookup --type": "Only this type of paper (such as KHAI_SINH).",
        "lookup --file": "Ask with the file itself.",
        "lookup --sha256": "Ask with the file's SHA-256.",
        "lookup --trial": "Count trial signatures as good (for demonstrations only).",
        "lookup --json": "Print JSON on standard output.",
        "verify": """Check the signatures of PDFs by strict rules, PDF/A, and against the archive.

Valid means: every signature intact, leading to a trusted authority ([signing] trust_folder), its
certificate not revoked, and nothing added after the last one.

\b
Exit codes: 0 all valid · 36 one is not valid · 37 one can't be decided · 38 one is unsigned""",
        "verify --json": "Print JSON on standard output.",
        "review": "Confirm what the machine was not sure of. Alone: lists the documents that wait.",
        "review show": "Print the fields of DOCUMENT (id, or how it begins) and crops to look at.",
        "review confirm": """Confirm DOCUMENT: doubtful fields stay as read, except those in --set.

What was written by hand has to be typed: the machine reads print only.

\b
Examples: sohoa review confirm 3f2a --set so_ky_hieu=209/QĐ-UBND --set ngay_ban_hanh=18/2/2025
          echo '{"so_dinh_danh": "…"}' | sohoa review confirm 3f2a --stdin""",
        "review confirm --set": "Correct a field: FIELD=VALUE; an empty value says it has none.",
        "review confirm --stdin": "Read JSON from standard input; identity numbers only so.",
        "review confirm --operator": "Account name of the person who confirms.",
        "sign": """Approve what is ready, and sign it: the officer's session.

Alone at a terminal: shows the list, asks once, unlocks the key once, signs exactly what was shown.
Only with [signing] approve = "session"; otherwise `sohoa run` signs by itself.

\b
Examples: sohoa sign --list --json > list.json    look, take out what is not to be signed
          sohoa sign --approve list.json          sign just those digests
          sohoa sign --approve 3f2a --approve 77b1
          sohoa sign --verify-session 20261122T081500Z-1f2e3d4c.json

\b
Exit codes: 0 all approved are archived · 100 some quarantined · 101 some (still) wait
            20-29 key, time stamp or store away: the rest waits, run it again
            30-39 a PDF/A is not the approved one: nothing was signed · 36, 37 record not valid""",
        "sign --list": "Print what is ready and sign nothing.",
        "sign --approve": "Approve `all`, an id (or its beginning) or a list FILE; repeat.",
        "sign --account": "Account name of the officer, for the record.",
        "sign --verify-session": "Check a session record and the .p7s beside it.",
        "sign --json": "Print JSON on standard output.",
        "renew": """Add the next time stamp to archived documents before the last one lapses.

A new version is stored beside the old one; nothing is overwritten. Run it again at any time: what
is renewed is not renewed again.

\b
Exit codes: 0 nothing is left to do · 100 some are too late or can't be extended
            101 some wait or, with --dry-run, are due · 3 no [signing] tsa_url
            20-29 time stamp or store away: run it again · 30-39 stored data damaged""",
        "renew --within": "Look at what lapses within so many months.",
        "renew --dry-run": "Only tell; stamp and store nothing.",
        "renew --json": "Print JSON on standard output.",
        "audit": """Hash every archived file again, prove signatures, compare records and catalog.

Without --subset or --nights everything is looked at. Only --repair changes anything in the archive.

\b
Example:   sohoa audit --nights 30        one thirtieth a night
           sohoa audit --repair           all of it; what is damaged comes back from [backup]

\b
Exit codes: 0 sound, or repaired · 30 something is wrong · 3 --repair without [backup]
            5 a run is at work · 20-29 archive or catalog away""",
        "audit --subset": "The N-th of T equal shares, such as 3/30.",
        "audit --nights": "The share whose turn it is, so that T nights cover everything once.",
        "audit --repair": "Bring back from the second copy what is missing or changed.",
        "audit --json": "Print JSON on standard output.",
        "backup": """Copy what is new to the second copy ([backup]), then try to bring some back.

Each file is read back in its new place before it counts. It may be stopped: the next run goes on.
Run it every night, and with --full every month. The identity key and the re-use ledger are not in
the archive: back them up apart (docs/operations.md).

\b
Exit codes: 0 done, the drill went well · 30 documents failed in the drill · 3 no [backup]
            31 the copies differ · 20-29 one of the stores is away: run it again""",
        "backup --full": "Read also what was copied before, and prove that it is the same.",
        "backup --drill": "Then try to bring back N documents.",
        "backup --json": "Print JSON on standard output.",
        "restore": """Bring DOCUMENT... (32-digit ids), or all, back from the second copy.

Only what the archive lacks is added; for damaged files use `sohoa audit --repair`. Then the catalog
is made again from the archive.

\b
Example:  sohoa restore
          sohoa --data /mnt/new restore      into an empty machine

\b
Exit codes: 0 done · 3 no [backup] · 5 a run is at work · 20-29 a store is away: run it again
            30-39 the second copy lacks, or differs in, a document that was named""",
        "status": """Say what is done, what waits and why, and what to do.

\b
Exit codes: 0 nothing waits · 101 something waits or is unfinished""",
        "status --json": "Print JSON on standard output.",
        "doctor": """Check programs, key, store and disk; each line says what to do.

\b
Exit codes: 0 ready · 4 something to put right""",
        "doctor --json": "Print JSON on standard output.",
        "catalog": "The look-up catalog: a copy of what the archive says.",
        "catalog rebuild": "Make the catalog again from storage; the old one serves meanwhile.",
        "catalog dump": "Print the catalog, a JSON line per document; same archive, same bytes.",
        "serve": """Open the counter: the clerk's page and the HTTP API (docs/desk.md).

\b
First:   sohoa desk key add "Desk 1" --agency "UBND xã …" --scope document
         sohoa rules import papers.xlsx
Then open http://127.0.0.1:8321/ on the clerk's machine. Stop with Ctrl-C.""",
        "serve --host": "Address to listen on; else [desk] host.",
        "serve --port": "Port; else [desk] port.",
        "serve --trial": "Count test signatures as good (for demonstrations only).",
        "desk": "Administer the counter: a key for each desk and each system.",
        "desk key": "API keys: issue, list, revoke. A running desk takes changes at once.",
        "desk key add": "Issue a key and print it ONCE; only its hash is kept.",
        "desk key add --agency": "Agency; the re-use figures are counted by this name.",
        "desk key add --scope": """exists: only whether it is held · metadata: masked data as well
· document: pages and copies.""",
        "desk key add --per-minute": "Questions a minute; other than [desk].",
        "desk key add --days": "Expires after so many days.",
        "desk key list": "List the keys, without their secrets.",
        "desk key list --json": "Print JSON on standard output.",
        "desk key revoke": "Revoke a key: the next question with it is refused.",
        "rules": "Papers by procedure: what a procedure asks for, what may be re-used.",
        "rules import": """Import a .csv (UTF-8) or .xlsx sheet; each fault by row, with its cure.

\b
Columns: procedure · document type · [procedure name] · [required] · [reusable] · [basis]
With faults, the table before it stays.""",
        "rules show": "Print the table in use, or the papers of one procedure.",
        "rules show --json": "Print JSON on standard output.",
        "audit-log": "Who asked what, when and why. Lines can be added, not changed unseen.",
        "audit-log verify": """Look through the whole log; name each edited, dropped or moved line.

\b
Prints the head; keep it elsewhere and compare next time with --head.
Exit codes: 0 whole · 30 a line is not as it was written""",
        "audit-log verify --head": "The head printed before (LINES:HASH); shows a cut-off tail.",
        "audit-log verify --json": "Print JSON on standard output.",
        "audit-log of": """Print every question about a person; the number is read from stdin.

\b
To answer a citizen: who has looked at my data? One event a line, as JSON.""",
        "replica": """Copy the catalog to the SQLite file FILE, for a desk whose line may be down.

\b
At the desk: [storage] catalog = "sqlite:///FILE", catalog_stale_after_h = 36, and the identity
key. The copy carries its moment; when that is too long ago, the desk does not deny.""",
        "replica --json": "Print JSON on standard output.",
        "reuse": """Tell the re-use rate, with numerator, denominator and definition.

\b
From the desk's ledger: each answer and what came of it. Nothing is guessed: a held paper
without a recorded outcome counts as not re-used.""",
        "reuse --from": "From this month (2026-01); else the present one.",
        "reuse --to": "To the end of this month; else the present one.",
        "reuse --json": "Print JSON on standard output.",
        "config": "See the configuration in force.",
        "config show": "Print each value and where it comes from: flag, SOHOA_*, file or default.",
        "config show --json": "Print JSON on standard output.",
    }
)


def translate(command: click.Command, path: str) -> click.Command:
    """Give a command and all below it their English help. Returns the command."""
    command.help = HELP[path]
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help is not None:
            parameter.help = HELP.get(f"{path} {parameter.opts[-1]}", parameter.help)
            parameter.help = HELP.get(f"{path} {parameter.opts[0]}", parameter.help)
    if isinstance(command, click.Group):
        for name, child in getattr(command, "commands", {}).items():
            translate(child, f"{path} {name}")
    return command
