"""For each paper that a procedure asks for: exactly one state, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from desk.rules import Rule
from desk.waiting import WaitingRoom
from digitizer.legal_profile import Access, load_profile
from storage.answer import Answer, Found, Reason, State, absence, best
from storage.catalog import Catalog
from storage.entry import Entry
from storage.identity import HolderKey, IdentityVault
from storage.lookup import ByHolder, ByName, Question, Terms, look_up

_CERTAINTY = (State.AMBIGUOUS, State.UNAVAILABLE, State.NOT_FOUND)
"""Where nothing was found under any of several keys: what can't be said goes before "not held"."""


@dataclass(frozen=True, slots=True)
class Archive:
    """What an answer is made from. `waiting` is None where there is no journal to look at."""

    catalog: Catalog
    vault: IdentityVault
    waiting: WaitingRoom | None


@dataclass(frozen=True, slots=True)
class PaperAnswer:
    """The answer for one paper; `document_type` "" where no procedure says what is asked for."""

    document_type: str
    answer: Answer
    rule: Rule | None = None


def answer_all(
    questions: Sequence[Question],
    rules: Sequence[Rule],
    archive: Archive,
    terms: Terms,
    *,
    sees_sensitive: bool,
) -> tuple[PaperAnswer, ...]:
    """Return one answer a rule; without rules one a type found, or one that says nothing was.

    Args:
        questions: the keys of one person or paper; what any of them finds counts.
        sees_sensitive: the asker may know more of a sensitive paper than that it is there.
    """
    whole = _asked(questions, archive, terms)
    found: list[tuple[Rule | None, str, Answer]]
    if rules:
        found = [(rule, rule.document_type, _of_type(whole, rule.document_type)) for rule in rules]
    else:
        kinds = sorted({one.entry.document_type for one in whole.found})
        found = [(None, kind, _of_type(whole, kind)) for kind in kinds]
        if whole.state is State.AMBIGUOUS or not kinds:
            found = [(None, "", whole)]
    return tuple(
        PaperAnswer(
            kind,
            _limited(_on_its_way(answer, kind, questions, archive), rule, sees_sensitive),
            rule,
        )
        for rule, kind, answer in found
    )


def _asked(questions: Sequence[Question], archive: Archive, terms: Terms) -> Answer:
    """Return what all keys together find."""
    answers = [look_up(question, archive.catalog, archive.vault, terms) for question in questions]
    held = [answer for answer in answers if answer.found]
    if not held:
        return min(answers, key=lambda answer: _CERTAINTY.index(answer.state))
    first = _joined(held)
    return _one_person_only(first) if isinstance(questions[0], ByName) else first


def _joined(held: list[Answer]) -> Answer:
    ambiguous = next((answer for answer in held if answer.state is State.AMBIGUOUS), None)
    if ambiguous or len(held) == 1:
        return ambiguous or held[0]
    by_id = {found.entry.document_id: found for answer in held for found in answer.found}
    return _about(tuple(by_id.values()), held[0])


def _about(found: tuple[Found, ...], answer: Answer) -> Answer:
    """Return the answer that the best of `found` gives, that one first."""
    first = best(found)
    others = tuple(other for other in found if other is not first)
    return replace(answer, state=first.state, reason=first.reason, found=(first, *others))


def _one_person_only(answer: Answer) -> Answer:
    """Two people can share name and birth date; their papers must not be mixed up."""
    people = [set(f.entry.holder_keys.split()) for f in answer.found if f.entry.holder_keys]
    if not people or set.intersection(*people):
        return answer
    return replace(answer, state=State.AMBIGUOUS, reason=Reason.SEVERAL_HOLDERS)


def _of_type(whole: Answer, kind: str) -> Answer:
    found = tuple(one for one in whole.found if one.entry.document_type == kind)
    if whole.state is State.AMBIGUOUS and found:
        return replace(whole, found=found)
    if found:
        return _about(found, whole)
    return absence(whole.unseen, whole.as_of) if whole.found else whole


def _on_its_way(
    answer: Answer, kind: str, questions: Sequence[Question], archive: Archive
) -> Answer:
    if answer.state is not State.NOT_FOUND or archive.waiting is None or archive.waiting.is_empty:
        return answer
    keys: list[HolderKey] = [
        archive.vault.holder_key(question.identity_number)
        for question in questions
        if isinstance(question, ByHolder)
    ]
    if not archive.waiting.of(keys, kind):
        return answer
    return replace(answer, state=State.IN_PROGRESS, reason=Reason.BEING_DIGITIZED)


def _limited(answer: Answer, rule: Rule | None, sees_sensitive: bool) -> Answer:
    """Take away what the procedure does not accept or the asker may not see."""
    if not answer.found:
        return answer
    if not sees_sensitive and any(is_sensitive(found.entry) for found in answer.found):
        return replace(answer, state=State.RESTRICTED, reason=Reason.RESTRICTED, found=())
    if rule is not None and not rule.may_reuse:
        return replace(answer, state=State.NOT_ALLOWED_FOR_TTHC, reason=Reason.NOT_ALLOWED)
    return answer


def to_compare(paper: PaperAnswer) -> PaperAnswer:
    """Return an answer about what may be another paper: to be compared before it is re-used."""
    answer = paper.answer
    if answer.state is not State.REUSABLE:
        return paper
    state, reason = State.DIGITISED_UNVERIFIED, Reason.PERHAPS_ANOTHER
    found = tuple(
        replace(one, state=state, reason=reason) if one.state is State.REUSABLE else one
        for one in answer.found
    )
    return replace(paper, answer=replace(answer, state=state, reason=reason, found=found))


def is_sensitive(entry: Entry) -> bool:
    """Claim that only some may know more of a paper than that it is there."""
    return entry.access_level != Access.BASIC.value


def type_name(code: str) -> str:
    """Return a document type as clerks call it, the code itself where the profile has none."""
    kind = load_profile().type_of(code) if code else None
    return kind.name if kind else code
