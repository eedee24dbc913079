"""The command line's help in English: the same commands, the second catalogue.

Keys are a command's path, or its path and an option. A test holds them to the commands there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import click

from pipelines.cli.english_operator import OPERATOR_HELP

HELP: Mapping[str, str] = MappingProxyType(
    {
        **OPERATOR_HELP,
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
        "scan": """Scan all that the feeder holds into one PDF in FOLDER (else the inbox).

The file appears when the whole stack is scanned. After a jam nothing goes into the inbox: put the
whole stack in again.

\b
Examples:   sohoa scan --list
            sohoa scan /srv/scan/box-12 --duplex --dpi 300 --mode gray
Exit codes: 0 done · 3 the scanner has no such mode · 4 scanimage is not installed · 28 no scanner,
            no paper, jammed""",
        "scan --list": "List the scanners and end.",
        "scan --device": "SANE's name of the scanner; the first one found unless named.",
        "scan --source": "The paper's way as the device calls it; the feeder (ADF) unless named.",
        "scan --duplex": "Scan both sides.",
        "scan --dpi": "Resolution.",
        "scan --mode": "Color, gray or black and white.",
        "scan --count": "Pages at most; 0 is all there are.",
        "scan --quality": "Quality of the JPEG.",
        "scan --option": "The device's own option, e.g. --option brightness=10; may be repeated.",
        "scan --json": "Print JSON on standard output.",
        "separators": """Print separator sheets with QR codes into the PDF OUTPUT, one a document.

With --list one sheet a row; the set is numbered, and if a sheet or a page is missing from the
scan, `sohoa run` holds the whole stack and names sheet and page. Without it, --count loose sheets.

\b
Examples:   sohoa separators sheets.pdf --list box-12.csv --box "Box 12"
            sohoa separators loose.pdf --count 40 --agency H41.05 --type QĐ""",
        "separators --list": "CSV/XLSX, a document a row: pages, case, procedure, type, box.",
        "separators --count": "How many loose sheets, without --list.",
        "separators --pages": "Page images after each loose sheet.",
        "separators --agency": "Agency code, such as H41.05.",
        "separators --agency-name": "Agency printed at the head.",
        "separators --box": "Box or folder of paper.",
        "separators --case": "Case code (mã hồ sơ).",
        "separators --procedure": "Procedure code (mã TTHC).",
        "separators --type": "Document type, code or name, such as QĐ.",
        "separators --duplex": "The scanner scans both sides of every sheet.",
        "separators --json": "Print JSON on standard output.",
        "intake": """List the stacks that are held because sheets or pages are not as declared.

Nothing of a stack that is held was read, signed or archived.""",
        "intake --json": "Print JSON on standard output.",
        "intake watch": """Watch INBOX all day: copy each file once it is written.

`sohoa run` does the rest. For scanners that write over the network (SMB, NFS): no half file is
taken, and a scanner that writes over an old name loses nothing. Set [intake] stable_s = 10,
over SMB 60.""",
        "intake watch --every": "Seconds between two looks.",
        "intake watch --looks": "How often to look; 0 is for ever.",
        "intake watch --json": "Print a JSON object for each file claimed.",
        "intake pass": """Let STACK (its id, or its name) pass: the paper is right as scanned.

Only after the stack of paper was opened and counted. Scanning it again is the surer way.

\b
Example:    sohoa intake pass box-12/stack-3.pdf --because "it came to us without sheet 4"
""",
        "intake drop": """Drop STACK, which is held: scanned again, or by mistake. Our copy goes.

A stack that was scanned again with the same sheets is dropped by `sohoa run` itself. A file that is
still in the inbox is not deleted, and the next run holds it again: move it away first.""",
        "intake drop --because": "The reason; kept with the name of who dropped it.",
        "intake drop --operator": "Account of who dropped it.",
        "intake pass --because": "The reason; kept with the name of who let it pass.",
        "intake pass --operator": "Account of who lets it pass.",
        "batch": """Keep batches of delivery: open, look at, sample, close, print the note.

\b
A batch is a folder of the inbox:
  sohoa batch create "Box 12" --folder box-12 --documents 40 --deliverer "Company X"
  sohoa run                               digitize
  sohoa batch close "Box 12"              first: draws a sample, lists what is to be looked at
  sohoa batch look "Box 12" 3f2a --good   each document of the sample
  sohoa batch close "Box 12"              verdict and delivery note""",
        "batch create": """Open the batch NAME for a folder of paper that was delivered.""",
        "batch create --folder": "The batch's folder below the inbox.",
        "batch create --documents": "Documents declared at delivery.",
        "batch create --pages": "Pages declared at delivery.",
        "batch create --deliverer": "Who delivers.",
        "batch create --receiver": "Who receives.",
        "batch list": """List the batches and what is left to do for each.""",
        "batch list --json": "Print JSON on standard output.",
        "batch show": """Show the batch NAME: counts, paper sizes, stacks held, sample.""",
        "batch show --json": "Print JSON on standard output.",
        "batch look": """Note what was found in DOCUMENT (first digits) of NAME's sample.""",
        "batch look --good": "The document is good.",
        "batch look --faulty": "The document is faulty; needs --reason.",
        "batch look --reason": "What is wrong: a page missing, blurred, cut, wrong data …",
        "batch look --operator": "Account of who looked.",
        "batch close": """Close the batch NAME: draw a sample; once seen, decide and print the note.

\b
Exit codes: 0 accepted · 100 rejected · 101 something is left: documents unfinished, or the sample
            not looked at""",
        "batch close --seed": "Seed of the sample; random unless given.",
        "batch close --note": "PDF of the note; under batches/ of the data folder unless named.",
        "batch close --agency-name": "Agency at the head of the note.",
        "batch close --json": "Print JSON on standard output.",
        "batch reopen": """Open the batch NAME again for another round; earlier rounds are kept.""",
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
Run it every night, and with --full every month.

After the archive comes what only the data folder holds: the journal, the book of reviews, what is
still to be told, the re-use ledger, the access logs, what is quarantined. It is encrypted under the
identity key, which is NOT copied along: keep a copy of it elsewhere (docs/operations.md).

\b
Exit codes: 0 done, the drill went well · 30 documents failed in the drill · 3 no [backup]
            31 the copies differ · 20-29 one of the stores is away: run it again""",
        "backup --full": "Read also what was copied before, and prove that it is the same.",
        "backup --drill": "Then try to bring back N documents.",
        "backup --json": "Print JSON on standard output.",
        "restore": """Bring DOCUMENT... (32-digit ids), or all, back from the second copy.

Only what the archive lacks is added; for damaged files use `sohoa audit --repair`. Then the catalog
is made again from the archive.

Where no id is named, the state of the data folder (journal, reviews, quarantine, access logs) is
brought back too, if this folder has nothing of its own. --state replaces it even then: what stood
there is moved into a folder replaced-..., not deleted. Put the identity key in its place first, and
stop `sohoa serve`.

\b
Example:  sohoa restore
          sohoa --data /mnt/new restore          into an empty machine
          sohoa restore --state --at 2026-11-20  the state before 20 November

\b
Exit codes: 0 done · 3 no [backup], or the identity key is not the one that was used
            5 a run is at work, or the counter is open · 20-29 a store is away: run it again
            30-39 the second copy lacks, or differs in, a document or a state that was named""",
        "restore --state": "Replace the state that the data folder has, too.",
        "restore --at": "Take the newest state before this time (of this machine's clock).",
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
Then open http://127.0.0.1:8321/ on the clerk's machine; the review desk is at /review (a key of
--scope review). Stop with Ctrl-C.""",
        "serve --host": "Address to listen on; else [desk] host.",
        "serve --port": "Port; else [desk] port.",
        "serve --trial": "Count test signatures as good (for demonstrations only).",
        "desk": "Administer the counter: a key for each desk and each system.",
        "desk key": "API keys: issue, list, revoke. A running desk takes changes at once.",
        "desk key add": "Issue a key and print it ONCE; only its hash is kept.",
        "desk key add --agency": "Agency; the re-use figures are counted by this name.",
        "desk key add --scope": """exists: only whether it is held · metadata: masked data as well
· document: pages and copies · review: the review desk alone.""",
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
        "subject": """What is held on a person, and which law keeps it until when.

The identity number is read from standard input, never from the command line. Values come masked;
--reveal gives them in full, for the person himself. Each report is written to the log first.

\b
Example:    sohoa subject --purpose "request 12/2026" --json < number.txt

\b
Exit codes: 0 something is held · 40 nothing is held · 44 the catalog can't be believed""",
        "subject --purpose": "What for; written to the log.",
        "subject --reveal": "Give personal values in full (needs --purpose).",
        "subject --json": "Print JSON on standard output.",
        "identity-key": "The key under which identity numbers are hashed and sealed.",
        "identity-key show": "List the keys, and how many documents each one sealed.",
        "identity-key show --json": "Print JSON on standard output.",
        "identity-key rotate": """Take a new key for what is archived from now on.

What is archived already stays readable and is still found, under its own key: archived records are
never written again. Back the key file up at once, and restart `sohoa serve`.

\b
Exit codes: 0 done · 3 no key file, or it is full · 5 a run is at work""",
        "package": "Archival packages (OCFL, METS, PREMIS): export, check a ZIP, legal hold.",
        "package hold": """Put DOCUMENT... under a legal hold: no one can delete it until released.

For what a court or an inspection asks for, whatever its retention period. Takes an administrator's
key pair: the application's must not have that right.

\b
Exit codes: 0 done · 3 no bucket with Object Lock, or the key pair may not
            34 the archive does not hold it · 20-29 store away, run it again""",
        "package hold --reason": "By what decision; written to the log.",
        "package hold --release": "Lift the hold instead.",
        "package hold --access-key-file": "File with the S3 access key of who may hold and lift.",
        "package hold --secret-key-file": "File with that person's S3 secret key.",
        "package export": """Export the packages of DOCUMENT... (ids), or of a case, to a ZIP.

Every version of a document is a folder with a METS.xml; the ZIP is read back and compared file by
file before it is done. Exported twice, the bytes are the same. It can be opened without this
program (docs/archival-package.md).

\b
Examples: sohoa package export 3c1263a3624e4770d98ac0a572b73c05 --out packages.zip
          sohoa package export --ho-so H41.12-261122-0007 --out case.zip

\b
Exit codes: 0 done · 34 the archive does not hold it · 30, 31 stored data is not as it was written
            20-29 store away, disk full, or the ZIP is there already""",
        "package export --ho-so": "Every paper that bears this case code.",
        "package export --out": "The new ZIP file.",
        "package export --purpose": "What for; written to the log.",
        "package export --json": "Print JSON on standard output.",
        "package verify": """Check an exported ZIP: is each file still what its manifest says?

\b
Exit codes: 0 whole · 30 a file was changed, is missing, or was added""",
        "package verify --json": "Print JSON on standard output.",
        "same": """Papers of the archive that are, or may be, one paper scanned twice.

\b
Found when a paper is archived, by number, person and the digits on it. Nothing is merged or
deleted: a person looks and decides. "conflict": same number, agency and date over another
content - it has to be looked into.
Exit codes: 0 no conflict · 100 there are conflicts""",
        "same --json": "Print JSON on standard output, a line for each.",
        "webhook": "Tell another system when documents are ready ([webhook] url).",
        "webhook deliver": """Send what is due; what can't be sent is put off, longer each time.

\b
`sohoa serve` does this by itself; the command is for sites without a desk, by a timer.
Exit codes: 0 all sent · 100 some were not""",
        "webhook deliver --json": "Print JSON on standard output.",
        "webhook list": "Tell how many events wait, were delivered or given up, and why.",
        "webhook list --json": "Print JSON on standard output.",
        "webhook retry": "Give events that were given up new attempts.",
        "audit-log": "Who asked what, when and why. Lines can be added, not changed unseen.",
        "audit-log verify": """Look through the whole log; name each edited, dropped or moved line.

\b
Prints the head; keep it elsewhere and compare next time with --head.
Exit codes: 0 whole · 30 a line is not as it was written""",
        "audit-log verify --head": "The head printed before (LINES:HASH); shows a cut-off tail.",
        "audit-log verify --json": "Print JSON on standard output.",
        "audit-log seal": """Seal what is new in the logs: Merkle root, time stamp, archived copy.

Run it every night. Then not even who holds the key can rewrite an old line unseen.

\b
Exit codes: 0 done · 30 a log is not whole: nothing was sealed
            20-29 time-stamp authority or store away, run it again""",
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
