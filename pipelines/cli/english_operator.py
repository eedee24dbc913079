"""English help of the commands around the night; part of `pipelines.cli.english`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

OPERATOR_HELP: Mapping[str, str] = MappingProxyType(
    {
        "review confirm": """Confirm DOCUMENT: doubtful fields stay as read, except those in --set.

Handwritten fields must be typed: the machine reads only print. Fields keyed twice ([review]
double) wait for a second person, who does not see the first one's value.

\b
Example:  sohoa review confirm 3f2a --set so_ky_hieu=209/QĐ-UBND --set ngay_ban_hanh=18/2/2025
          echo '{"so_dinh_danh": "…"}' | sohoa review confirm 3f2a --stdin""",
        "review rescan": "Put DOCUMENT on the list of what is to be scanned again (rescan list).",
        "review rescan --reason": "Why it has to be scanned again.",
        "review rescan --page": "The page to scan again; the whole document unless given.",
        "review rescan --operator": "Account name of the person who asks.",
        "nightly": """A whole night: digitize INBOX, back up, drill, check the archive, report.

Reckons first whether the disk is large enough. While store or time-stamp service is away it waits
and tries again until --until ([night] until). The report is an HTML page and a JSON file under
nights/, sent by mail if there is [mail]. To start it every night: sohoa init --systemd.

\b
Exit codes: as sohoa run; also 30 when drill or check found damage, 20-29 when a service was away
            to the end of the night or there was no back-up""",
        "nightly --until": "Begin no document after this time of day.",
        "nightly --workers": "Processes; 0 is one per core, -1 works in this process.",
        "nightly --json": "Print JSON on standard output.",
        "status --watch": "Draw it anew every two seconds until Ctrl-C.",
        "rescan": "Papers that have to be scanned again: which box, file and page, and why.",
        "rescan list": """Print the list box by box, in the order of the files.

\b
Exit codes: 0 nothing · 100 something has to be scanned again""",
        "rescan list --json": "Print JSON on standard output.",
        "rescan done": "Take DOCUMENTS (ids, or how they begin) off the list: scanned again.",
        "rescan done --operator": "Account name of the person who scanned them again.",
        "requeue": """Let the next run take up quarantined DOCUMENTS again.

Named by id, the beginning of one, an error's code SH-…, or all. For when the cause is gone: a
limit raised, a program installed, a new version. Unlike sohoa run --retry it picks documents, and
needs no file in the inbox.""",
        "requeue --json": "Print JSON on standard output.",
        "export": "Export data to a file.",
        "export xlsx": """Export all documents and the fields read to FILE (Excel), one a row.

Codes and numbers are text (leading zeros stay), dates are dates, what looks like a formula stays
text. Archived identity numbers are masked. Edit rows that wait for review, then sohoa import.""",
        "import": """Take back an exported, edited sheet: each edited row is one person's word.

Only documents that wait for review take it; cells that were not edited stay as read, except
handwriting. All differences are printed first; --apply writes them.

\b
Exit codes: 0 no row refused · 100 some rows refused""",
        "import --apply": "Write; without it only the differences are shown.",
        "import --operator": "Account name of the person who edited the sheet.",
        "import --json": "Print JSON on standard output.",
        "init": """Prepare a place to work: folders, a commented configuration, a nightly timer.

Overwrites nothing: a configuration that is there stays. Units are written into a folder to be
looked over; copy them to /etc/systemd/system and enable them yourself.

\b
Example:  sohoa --data /srv/sohoa init --systemd --user sohoa
          sudo cp systemd/* /etc/systemd/system/
          sudo systemctl enable --now sohoa-nightly.timer sohoa-watchdog.timer""",
        "init --systemd": "Write systemd units.",
        "init --cron": "Print lines for a crontab.",
        "init --units": "The folder to write units into.",
        "init --user": "The account under which the night runs.",
        "watchdog": """Tell when no night came through for too long ([night] late_h); mails, if set.

It has a timer of its own (sohoa init), so it tells even when the night itself was never started.

\b
Exit codes: 0 in time · 20 overdue""",
        "watchdog --json": "Print JSON on standard output.",
        "practice": """Make a practice province in FOLDER: synthetic papers, own data, one night.

It has a damaged scan, a duplicate, a paper with a made-up secrecy mark and some that are hard to
read: enough to train with the report, review, re-scan and look-up. It touches nothing real; delete
the folder and it is gone.""",
        "practice --no-run": "Only make the folder; do not run the first night.",
        "completion": """Print what makes SHELL complete commands and options with Tab.

\b
bash:  sohoa completion bash > ~/.local/share/bash-completion/completions/sohoa
zsh:   sohoa completion zsh  > ~/.zfunc/_sohoa
fish:  sohoa completion fish > ~/.config/fish/completions/sohoa.fish""",
        "manual": """Print the man page of all commands.

\b
Example:  sohoa manual > ~/.local/share/man/man1/sohoa.1 && man sohoa""",
    }
)
