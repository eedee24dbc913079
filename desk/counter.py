"""The counter itself: asks the archive, keeps to the limits, writes everything down.

Knows no HTTP: `desk.api` turns requests into these calls and what they return into JSON.
"""

from __future__ import annotations

import logging
import math
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from desk import rules as rule_table
from desk import said
from desk.api_keys import KeyRing, Scope
from desk.limits import Budget, Watch
from desk.metrics import Metrics
from desk.oidc import Issuer
from desk.pending import Asker, Given, Pending
from desk.photo import Compared, PhotoReader
from desk.problem import Problem
from desk.receipt import ReceiptKey
from desk.recorder import Recorder, Written
from desk.required import Archive, PaperAnswer, answer_all, to_compare
from desk.rules import RuleTable
from desk.waiting import WaitingRoom
from digitizer import codec
from digitizer.errors import CatalogUnavailable, Unavailable
from digitizer.model import Sha256
from pipelines.settings import Settings
from storage.answer import Answer, Reason, State
from storage.audit_log import AuditLog
from storage.catalog import Catalog
from storage.identity import IdentityVault, normal_number
from storage.lookup import ByFile, ByHolder, Question, Terms, terms_of
from storage.question import Asked, Kind
from storage.reuse import Outcome, OutcomeKind, ReuseLedger
from storage.same_paper import Sameness

RECORDED_WITHIN_S = 30.0
_SAME_RULES_S = 0.1
"""How old the rule table may be."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Errand:
    """For what it is asked; each part "" where it was not said."""

    purpose: str = ""
    procedure: str = ""
    case: str = ""


class Counter:
    """One counter a process. Safe to share between threads. Close it."""

    def __init__(
        self,
        settings: Settings,
        *,
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open ledger, audit log and keys; the catalog is opened when it is first asked.

        Args:
            now: the time, aware.
            clock: seconds that never go back, for limits.

        Raises:
            ConfigError: a key or setting is wrong.
            RunLocked: another desk writes to the same audit log.
            IntegrityError: the audit log was changed at its end.
            Unavailable: audit log or ledger can't be written.
        """
        desk, storage = settings.desk, settings.storage
        self.settings = settings
        self.now = now
        self.metrics = Metrics()
        self.keys = KeyRing(desk.keys_file)
        self.issuer = Issuer(desk) if desk.oidc_issuer else None
        self.vault = IdentityVault.open(storage.identity_key_file, create=False)
        self.receipt_key = ReceiptKey.open(desk.receipt_key)
        self.pending = Pending(desk.lookup_lives_s, clock)
        self.budget = Budget(clock)
        self._watch = Watch(clock)
        self._waiting = WaitingRoom(settings, self.vault)
        self._photos = PhotoReader(settings, self.vault)
        self._lock = threading.Lock()
        self._catalog: Catalog | None = None
        self._rules_seen_at = float("-inf")
        self.answers_at_once = False
        """Whether the last question did not have to wait, so that the next need not step aside."""
        self._rules: tuple[int, RuleTable] = (-1, RuleTable())
        self.ledger = ReuseLedger(desk.reuse, storage.catalog_password_file)
        self._audit = AuditLog(desk.audit_log, self.vault.audit_key)
        self._recorder = Recorder(self._audit, self.ledger)

    def close(self) -> None:
        """Write what is left and give everything back."""
        self._recorder.close()
        self._audit.close()
        self.ledger.close()
        if self._catalog is not None:
            self._catalog.close()

    # ── what there is to ask ─────────────────────────────────────────────────────────────────

    def catalog(self) -> Catalog:
        """Return the catalog, opened anew where it was away. Raises CatalogUnavailable."""
        with self._lock:
            if self._catalog is None:
                self._catalog = Catalog.open(self.settings.storage)
            return self._catalog

    def rules(self) -> RuleTable:
        """Return the rule table as it is now. Raises ConfigError when it is damaged."""
        if (now := time.monotonic()) - self._rules_seen_at > _SAME_RULES_S:
            file = self.settings.desk.rules
            try:
                mark = file.stat().st_mtime_ns
            except OSError:
                mark = 0
            if mark != self._rules[0]:
                self._rules = (mark, rule_table.load(file))
            self._rules_seen_at = now
        return self._rules[1]

    # ── questions ────────────────────────────────────────────────────────────────────────────

    def look(self, asked: Asked, errand: Errand, asker: Asker) -> Given:
        """Answer a question and write it down before the answer is given.

        Raises:
            Problem: not understood, or the budget is spent.
            Unavailable: it could not be written down.
        """
        given, written = self.ask(asked, errand, asker)
        _wait(written)
        self.give(given)
        return given

    def ask(
        self, asked: Asked, errand: Errand, asker: Asker, *, is_sure: bool = True
    ) -> tuple[Given, Written]:
        """Return the answer to a question, and what is done once it is written down.

        Only then may it be given (`give`): for a caller that must not stand still meanwhile.

        Args:
            is_sure: what is found is what was asked about; else a person has to compare.

        Raises:
            Problem: not understood, or the budget is spent.
        """
        if not asked.questions:
            raise Problem("not_understood")
        self._spend(asker)
        self._look_out(asked, asker)
        procedure = errand.procedure or asked.procedure
        papers = self._answers(asked.questions, procedure, asker)
        if not is_sure:
            papers = tuple(to_compare(paper) for paper in papers)
        given = Given(
            secrets.token_urlsafe(16),
            asker,
            self.now(),
            asked.shown,
            errand.purpose,
            procedure,
            errand.case or asked.case_code,
            papers,
        )
        return given, self._write_down(given, asked)

    def give(self, given: Given) -> None:
        """Remember an answer that was written down: what it found may be opened now."""
        self.pending.add(given)
        for paper in given.papers:
            self.metrics.count("sohoa_answers_total", state=paper.answer.state.value)

    def _answers(
        self, questions: Sequence[Question], procedure: str, asker: Asker
    ) -> tuple[PaperAnswer, ...]:
        rules = self.rules().of(procedure) if procedure else ()
        desk, storage = self.settings.desk, self.settings.storage
        terms: Terms = terms_of(storage, self.now(), allow_throwaway=desk.trial)
        try:
            archive = Archive(self.catalog(), self.vault, self._waiting)
        except Unavailable as error:
            self.answers_at_once = False
            away = Answer(State.UNAVAILABLE, Reason.NO_CATALOG, (), None, str(error.code))
            return tuple(PaperAnswer(rule.document_type, away, rule) for rule in rules) or (
                PaperAnswer("", away),
            )
        papers = answer_all(
            questions, rules, archive, terms, sees_sensitive=asker.key.allows(Scope.DOCUMENT)
        )
        is_away = any(paper.answer.reason is Reason.NO_CATALOG for paper in papers)
        self.answers_at_once = archive.catalog.is_local and not is_away
        return papers

    def _spend(self, asker: Asker) -> None:
        desk = self.settings.desk
        limits = [(asker.key.key_id, asker.key.per_minute or desk.per_key)]
        if asker.clerk:
            limits.append((asker.name, desk.per_clerk))
        for name, per_minute in limits:
            if wait := self.budget.spend(name, per_minute):
                # Not waited for: nothing is given away, and a flood must not keep the disk busy.
                self._recorder.record(self._event("refused", asker, {"code": "budget_spent"}))
                raise Problem("budget_spent", retry_after_s=math.ceil(wait))

    def _look_out(self, asked: Asked, asker: Asker) -> None:
        for question in asked.questions[:1]:
            if isinstance(question, ByHolder):
                number = normal_number(question.identity_number)
                for kind in self._watch.asked(asker.name, number):
                    self._alarm(kind.value, asker)

    def _alarm(self, code: str, asker: Asker, **facts: object) -> None:
        self.metrics.count("sohoa_alarms_total", kind=code)
        log.warning("alarm %s: key %s", code, asker.key.key_id)
        self.note("alarm", asker, code=code, **facts)

    def look_by_photo(
        self, file: Path, digest: Sha256, errand: Errand, asker: Asker
    ) -> tuple[Given, Compared | None]:
        """Answer for a file: known by its bytes, else read and compared with what is held.

        Returns:
            The answer, and what came of comparing; None where the bytes are known.

        Raises:
            Problem: the budget is spent, or other photos are being read.
            Unavailable: the catalog, the archive or the log can't be used.
        """
        shown = f"{digest[:12]}…"
        with self.catalog().snapshot() as seen:
            is_known = bool(seen.find_by_sha256(digest))
        if is_known:
            return self.look(Asked(Kind.FILE, (ByFile(digest),), shown), errand, asker), None
        self._spend(asker)  # reading one costs as much as a thousand look-ups
        compared = self._photos.compare(file, self.catalog())
        for match in compared.matches:
            if match.verdict is Sameness.CONFLICT:
                self._alarm("conflict", asker, documents=[match.entry.document_id])
        asked = Asked(Kind.FILE, compared.questions() or (ByFile(digest),), shown)
        given, written = self.ask(asked, errand, asker, is_sure=compared.is_sure)
        _wait(written)
        self.give(given)
        return given, compared

    # ── what came of it ──────────────────────────────────────────────────────────────────────

    def given(self, lookup_id: str, asker: Asker) -> Given:
        """Return an answer of this key. Raises Problem."""
        found = self.pending.of(lookup_id, asker.key)
        if found is None:
            raise Problem("lookup_unknown")
        return found

    def settle(self, given: Given, outcome: Outcome) -> Outcome:
        """Record what came of one paper, once.

        Raises:
            Problem: it was recorded before, or its idempotency key belongs to another request.
            Unavailable: it could not be written down.
        """
        entered = self.ledger.settled(outcome.lookup_id, outcome.document_type)
        if entered is None:
            # The log first: killed in between, the same request again is not "already there".
            self._note_outcome(given, outcome)
            entered = self.ledger.settle(outcome)
            self.metrics.count("sohoa_outcomes_total", outcome=outcome.outcome.value)
        if entered.idempotency_key != outcome.idempotency_key:
            raise Problem("already_recorded")
        same = (entered.outcome, entered.reason, entered.document_id)
        if same != (outcome.outcome, outcome.reason, outcome.document_id):
            raise Problem("other_request")
        if outcome.outcome is OutcomeKind.REUSED:
            self._watch.used(given.asker.name)
        return entered

    def _note_outcome(self, given: Given, outcome: Outcome) -> None:
        self.note(
            "outcome",
            given.asker,
            lookup=given.lookup_id,
            type=outcome.document_type,
            documents=[outcome.document_id] if outcome.document_id else [],
            outcome=outcome.outcome.value,
            reason=outcome.reason,
        )

    # ── the audit log ────────────────────────────────────────────────────────────────────────

    def note(self, kind: str, asker: Asker, **facts: object) -> None:
        """Write one line into the audit log and wait until it is on the disk.

        Args:
            facts: ids, codes and keyed hashes; never a name, number or text of a paper.

        Raises:
            Unavailable: it could not be written down.
        """
        _wait(self._recorder.record(self._event(kind, asker, facts)))

    def _write_down(self, given: Given, asked: Asked) -> Written:
        facts = said.for_log(given, asked, self.vault)
        return self._recorder.record(
            self._event("lookup", given.asker, facts), said.for_ledger(given)
        )

    def _event(self, kind: str, asker: Asker, facts: dict[str, object]) -> dict[str, object]:
        return {"at": codec.to_plain(self.now()), "kind": kind, **said.who(asker), **facts}


def _wait(written: Written) -> None:
    try:
        written.result(RECORDED_WITHIN_S)
    except TimeoutError as error:
        raise CatalogUnavailable("the audit log does not come to an end") from error
