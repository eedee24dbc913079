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
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass
from datetime import datetime

from desk import rules as rule_table
from desk.api_keys import KeyRing, Scope
from desk.limits import Budget, Watch
from desk.metrics import Metrics
from desk.pending import Asker, Given, Pending
from desk.problem import Problem
from desk.receipt import ReceiptKey
from desk.recorder import Recorder
from desk.required import Archive, PaperAnswer, answer_all
from desk.rules import RuleTable
from desk.waiting import WaitingRoom
from digitizer import codec
from digitizer.errors import CatalogUnavailable, Unavailable
from pipelines.settings import Settings
from storage.answer import Answer, Reason, State
from storage.audit_log import AuditLog
from storage.catalog import Catalog
from storage.identity import IdentityVault, normal_number
from storage.lookup import ByHolder, ByName, Question, Terms, terms_of
from storage.question import Asked
from storage.reuse import AskedLookup, AskedPaper, Outcome, OutcomeKind, ReuseLedger

_RECORDED_WITHIN_S = 30.0

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
        self.vault = IdentityVault.open(storage.identity_key_file, create=False)
        self.receipt_key = ReceiptKey.open(desk.receipt_key)
        self.pending = Pending(desk.lookup_lives_s, clock)
        self.budget = Budget(clock)
        self._watch = Watch(clock)
        self._waiting = WaitingRoom(settings, self.vault)
        self._lock = threading.Lock()
        self._catalog: Catalog | None = None
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
        file = self.settings.desk.rules
        try:
            mark = file.stat().st_mtime_ns
        except OSError:
            mark = 0
        if mark != self._rules[0]:
            self._rules = (mark, rule_table.load(file))
        return self._rules[1]

    # ── questions ────────────────────────────────────────────────────────────────────────────

    def look(self, asked: Asked, errand: Errand, asker: Asker) -> Given:
        """Answer a question and write it down before the answer is given.

        Raises:
            Problem: not understood, or the budget is spent.
            Unavailable: it could not be written down.
        """
        if not asked.questions:
            raise Problem("not_understood")
        self._spend(asker)
        self._look_out(asked, asker)
        procedure = errand.procedure or asked.procedure
        papers = self._answers(asked.questions, procedure, asker)
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
        self._write_down(given, asked)
        self.pending.add(given)
        for paper in papers:
            self.metrics.count("sohoa_answers_total", state=paper.answer.state.value)
        return given

    def _answers(
        self, questions: Sequence[Question], procedure: str, asker: Asker
    ) -> tuple[PaperAnswer, ...]:
        rules = self.rules().of(procedure) if procedure else ()
        desk, storage = self.settings.desk, self.settings.storage
        terms: Terms = terms_of(storage, self.now(), allow_throwaway=desk.trial)
        try:
            archive = Archive(self.catalog(), self.vault, self._waiting)
        except Unavailable as error:
            away = Answer(State.UNAVAILABLE, Reason.NO_CATALOG, (), None, str(error.code))
            return tuple(PaperAnswer(rule.document_type, away, rule) for rule in rules) or (
                PaperAnswer("", away),
            )
        return answer_all(
            questions, rules, archive, terms, sees_sensitive=asker.key.allows(Scope.DOCUMENT)
        )

    def _spend(self, asker: Asker) -> None:
        desk = self.settings.desk
        limits = [(asker.key.key_id, asker.key.per_minute or desk.per_key)]
        if asker.clerk:
            limits.append((asker.name, desk.per_clerk))
        for name, per_minute in limits:
            if wait := self.budget.spend(name, per_minute):
                self.note("refused", asker, code="budget_spent")
                raise Problem("budget_spent", retry_after_s=math.ceil(wait))

    def _look_out(self, asked: Asked, asker: Asker) -> None:
        for question in asked.questions[:1]:
            if isinstance(question, ByHolder):
                number = normal_number(question.identity_number)
                for kind in self._watch.asked(asker.name, number):
                    self.metrics.count("sohoa_alarms_total", kind=kind.value)
                    log.warning("alarm %s: key %s", kind.value, asker.key.key_id)
                    self.note("alarm", asker, code=kind.value)

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
        self._wait(self._event(kind, asker, facts), None)

    def _write_down(self, given: Given, asked: Asked) -> None:
        facts: dict[str, object] = {
            "lookup": given.lookup_id,
            "purpose": given.purpose,
            "procedure": given.procedure,
            "case": given.case,
            "taken_for": asked.kind.value,
            "asked": [self.vault.asked_key(_spoken(question)) for question in asked.questions],
            "results": [_result(paper) for paper in given.papers],
        }
        lookup = AskedLookup(
            given.lookup_id,
            given.at,
            given.asker.key.agency,
            given.asker.clerk,
            given.purpose,
            given.procedure,
            given.case,
            tuple(_asked_paper(paper) for paper in given.papers),
        )
        self._wait(self._event("lookup", given.asker, facts), lookup)

    def _event(self, kind: str, asker: Asker, facts: dict[str, object]) -> dict[str, object]:
        return {
            "at": codec.to_plain(self.now()),
            "kind": kind,
            "key": asker.key.key_id,
            "agency": asker.key.agency,
            "clerk": asker.clerk,
            **facts,
        }

    def _wait(self, event: dict[str, object], lookup: AskedLookup | None) -> None:
        try:
            self._recorder.record(event, lookup).result(_RECORDED_WITHIN_S)
        except TookTooLong as error:
            raise CatalogUnavailable("the audit log does not come to an end") from error


def _spoken(question: Question) -> str:
    """Return a question as one text, so that the same question has the same keyed hash."""
    if isinstance(question, ByHolder):
        return normal_number(question.identity_number)
    if isinstance(question, ByName):
        return f"{question.name}|{question.birth_date.isoformat()}"
    return "|".join(str(part) for part in codec.to_plain(question).values())


def _result(paper: PaperAnswer) -> dict[str, object]:
    return {
        "type": paper.document_type,
        "state": paper.answer.state.value,
        "documents": [found.entry.document_id for found in paper.answer.found],
    }


def _asked_paper(paper: PaperAnswer) -> AskedPaper:
    found = paper.answer.found
    return AskedPaper(
        paper.document_type,
        paper.answer.state,
        paper.rule.is_required if paper.rule else False,
        found[0].entry.document_id if found else "",
    )
