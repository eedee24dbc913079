"""Signed in 2026, proven in 2050, if it is renewed in time; nothing is ever overwritten."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pytest

from digitizer.errors import (
    ConfigError,
    IntegrityError,
    RunLocked,
    StoreUnavailable,
    TimestampUnavailable,
)
from digitizer.model import ArchivedObject, DocumentId, SignatureLevel, SignedPdf
from pipelines import renewal
from pipelines.cli.renew import exit_code
from pipelines.config import load
from pipelines.lock import locked
from pipelines.outlook import months_later
from pipelines.renewal import Fate, RenewalConduct, RenewalResult, Round
from pipelines.settings import Settings
from signing.renew import lapse_of
from signing.seal import seal
from signing.settings import SigningSettings
from signing.signer import open_signer
from signing.trust import Trust
from signing.verdict import Status, Verdict
from signing.verify import verify
from storage.archive import commits, committed
from storage.catalog import Catalog
from storage.commit import commit_key
from storage.folder import FolderStore
from storage.objects import ObjectStore, open_store, retrieve, sha256_of
from storage.rebuild import rebuild
from storage.record import Change, Record
from storage.settings import StorageSettings
from tests.fakes import FailingStore
from tests.oracles import decades
from tests.oracles.decades import new_year, tsa_url
from tests.oracles.pki import Pki, running_pki
from tests.oracles.seaweed import Seaweed
from tests.signing.conftest import write_pdf_a
from tests.storage.papers import paper

SIGNED_IN = new_year(2026)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pki]:
    folder = tmp_path_factory.mktemp("decades")
    with running_pki(folder, pki=decades.CONFIG, names=decades.KEYS) as pki:
        yield pki


def signing_settings(pki: Pki, now: datetime) -> SigningSettings:
    return SigningSettings(
        key="pkcs12",
        pkcs12_file=pki.pkcs12("signer"),
        passphrase_file=pki.passphrase_file(),
        agency="Ủy ban nhân dân xã Thử Nghiệm",
        trust_folder=pki.trust_folder(),
        fetch_revocation=True,
        tsa_url=tsa_url(pki, now),
        level="B-LTA",
    )


@pytest.fixture(scope="module")
def sealed(running: Pki, tmp_path_factory: pytest.TempPathFactory) -> dict[str, SignedPdf]:
    """One paper sealed in 2026 at the highest and at the lowest level, and by a throw-away key."""
    running.services.clock = SIGNED_IN
    settings = signing_settings(running, SIGNED_IN)
    made = {
        "B-LTA": settings,
        "B-B": replace(settings, level="B-B"),
        "throwaway": SigningSettings(),
    }
    return {name: _sealed(tmp_path_factory.mktemp("sealed"), how) for name, how in made.items()}


def _sealed(folder: Path, settings: SigningSettings) -> SignedPdf:
    signer = open_signer(settings, keys_folder=folder, now=SIGNED_IN)
    pdf_a = replace(write_pdf_a(folder / "a.pdf"), page_count=2)
    return seal(pdf_a, signer=signer, settings=settings, folder=folder, now=SIGNED_IN)


@dataclass
class Site:
    """An archive whose clock the test sets; the PKI tells the same time."""

    folder: Path
    pki: Pki
    now: datetime = SIGNED_IN
    storage: StorageSettings | None = None

    def travel(self, moment: datetime) -> None:
        self.now = self.pki.services.clock = moment

    @property
    def settings(self) -> Settings:
        made = load(flags={"run.data": self.folder / "data"}, environ={}).settings
        held = made.storage
        if self.storage is not None:
            held = replace(
                self.storage, catalog=held.catalog, identity_key_file=held.identity_key_file
            )
        return replace(made, signing=self.signing, storage=held)

    @property
    def signing(self) -> SigningSettings:
        return signing_settings(self.pki, self.now)

    def archive(self, sealed: SignedPdf, name: str = "one") -> DocumentId:
        """Archive a sealed paper as the walk does; return its id."""
        work = self.folder / name
        work.mkdir()
        made = paper(work, name)
        document_id = made.consignment.intake.document_id
        consignment = replace(
            made.consignment,
            signed=replace(sealed, document_id=document_id),
            lapses_at=lapse_of(sealed.pdf.path).at,
        )
        _, record = replace(made, consignment=consignment).archived(self.store, self.now)
        with self.catalog() as catalog:
            catalog.enter(record)
        return document_id

    @property
    def store(self) -> ObjectStore:
        return open_store(self.settings.storage)

    def catalog(self) -> Catalog:
        return Catalog.open(self.settings.storage, create=True)

    def renew(self, months: int = 12, *, dry_run: bool = False) -> RenewalResult:
        conduct = RenewalConduct(months, dry_run, clock=lambda: self.now, sleep=lambda _: None)
        return renewal.renew(self.settings, conduct)

    def record(self, document_id: DocumentId) -> Record:
        found = committed(self.store, document_id)
        assert found is not None
        return found

    def verdict(self, document_id: DocumentId) -> Verdict:
        """Judge the newest signed PDF, as fetched from the archive, today."""
        return self.judged(self.record(document_id).objects.signed)

    def judged(self, held: ArchivedObject) -> Verdict:
        """Judge a signed PDF of any version today."""
        target = self.folder / "fetched.pdf"
        target.unlink(missing_ok=True)
        retrieve(self.store, held, target)
        trust = Trust.open(self.signing, self.folder)
        return verify(target, trust=trust, now=self.now)


@pytest.fixture
def site(tmp_path: Path, running: Pki) -> Iterator[Site]:
    made = Site(tmp_path, running)
    made.travel(SIGNED_IN)
    yield made
    running.services.clock = None
    running.services.sabotage = None


def fates(result: RenewalResult) -> list[Fate]:
    return [item.fate for item in result.items]


@pytest.mark.slow
def test_a_paper_of_2026_is_proven_until_2050_when_it_is_renewed_and_not_otherwise(
    site: Site, sealed: dict[str, SignedPdf]
) -> None:
    document_id = site.archive(sealed["B-LTA"])
    for year, version in ((2028, 1), (2031, 2), (2036, 3), (2041, 4), (2046, 5)):
        site.travel(new_year(year))
        site.renew()
        assert (site.verdict(document_id).status, year) == (Status.VALID, year)
        assert (site.record(document_id).version, year) == (version, year)
    site.travel(new_year(2050))
    assert site.verdict(document_id).is_valid
    never_renewed = site.judged(site.record(document_id).superseded[0])
    assert not never_renewed.is_valid


# ── one renewal, looked at closely ───────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Renewed:
    """A site where one paper was renewed in 2031."""

    site: Site
    document_id: DocumentId
    before: Record
    result: RenewalResult


@pytest.fixture(scope="module")
def renewed(
    running: Pki, sealed: dict[str, SignedPdf], tmp_path_factory: pytest.TempPathFactory
) -> Renewed:
    site = Site(tmp_path_factory.mktemp("renewed"), running)
    site.travel(SIGNED_IN)
    document_id = site.archive(sealed["B-LTA"])
    before = site.record(document_id)
    site.travel(new_year(2031))
    return Renewed(site, document_id, before, site.renew())


def test_the_proof_lasts_longer_than_before(renewed: Renewed) -> None:
    (item,) = renewed.result.items
    assert item.fate is Fate.RENEWED
    assert (item.lapses_at, item.until) == (
        datetime(2032, 1, 1, tzinfo=UTC),
        datetime(2037, 1, 1, tzinfo=UTC),
    )


def test_the_old_version_is_where_it_was_and_the_new_one_beside_it(renewed: Renewed) -> None:
    site, document_id = renewed.site, renewed.document_id
    first, second = commits(site.store, document_id)
    assert first.record == renewed.before
    assert first.root != second.root
    keys = frozenset(site.store.keys())
    for commit in (first, second):
        assert {commit.inventory.key, commit.record.objects.signed.key} <= keys


def test_the_new_pdf_is_the_old_one_with_a_stamp_appended(renewed: Renewed) -> None:
    site, record = renewed.site, renewed.site.record(renewed.document_id)
    old = site.store.read(renewed.before.objects.signed.key)
    new = site.store.read(record.objects.signed.key)
    assert new.startswith(old)
    assert len(new) > len(old)


def test_the_new_record_names_the_bytes_of_the_old_one(renewed: Renewed) -> None:
    record = renewed.site.record(renewed.document_id)
    old = renewed.site.store.read(commit_key(renewed.document_id))
    assert (record.version, record.change, record.predecessor) == (
        2,
        Change.RENEWED,
        sha256_of(old),
    )
    assert record.superseded == (renewed.before.objects.signed,)


def test_both_versions_are_found_by_their_bytes(renewed: Renewed) -> None:
    record = renewed.site.record(renewed.document_id)
    digests = (renewed.before.objects.signed.sha256, record.objects.signed.sha256)
    with renewed.site.catalog() as catalog, catalog.snapshot() as seen:
        found = [seen.find_by_sha256(digest) for digest in digests]
    assert [[one.document_id for one in entries] for entries in found] == [
        [renewed.document_id]
    ] * 2


def test_a_rebuilt_catalog_says_the_same_of_versions(renewed: Renewed) -> None:
    site = renewed.site
    with site.catalog() as catalog:
        before = list(catalog.dump())
    rebuild(site.store, site.settings.storage, now=site.now)
    with site.catalog() as catalog:
        assert list(catalog.dump()) == before
        assert b'"version":2' in before[0]


def test_a_second_run_renews_nothing_again(renewed: Renewed) -> None:
    site = renewed.site
    keys = list(site.store.keys())
    site.travel(new_year(2031))
    assert site.renew().items == ()
    assert list(site.store.keys()) == keys


def test_no_scratch_is_left(renewed: Renewed) -> None:
    assert not (renewed.site.settings.run.data / "renewal").exists()


def test_a_missing_first_version_is_noticed(renewed: Renewed, tmp_path: Path) -> None:
    copy = tmp_path / "archive"
    shutil.copytree(renewed.site.settings.storage.folder, copy)
    (copy / commit_key(renewed.document_id, 2)).rename(copy / commit_key(renewed.document_id, 3))
    with pytest.raises(IntegrityError):
        committed(FolderStore(copy), renewed.document_id)


@pytest.mark.parametrize("versioned", [False, True])
def test_in_a_bucket_it_is_the_same(
    site: Site, sealed: dict[str, SignedPdf], seaweed: Seaweed, versioned: bool
) -> None:
    site.storage = seaweed.settings(seaweed.bucket(versioned=versioned))
    document_id = site.archive(sealed["B-LTA"])
    site.travel(new_year(2031))
    assert fates(site.renew()) == [Fate.RENEWED]
    assert (site.record(document_id).version, site.verdict(document_id).is_valid) == (2, True)
    assert site.renew().items == ()


# ── what can not, or need not, be renewed ────────────────────────────────────────────────────


def test_what_lasts_longer_than_asked_about_is_left_alone(
    site: Site, sealed: dict[str, SignedPdf]
) -> None:
    site.archive(sealed["B-LTA"])
    assert site.renew(months=60).items == ()


def test_a_dry_run_tells_and_stores_nothing(site: Site, sealed: dict[str, SignedPdf]) -> None:
    document_id = site.archive(sealed["B-LTA"])
    site.travel(new_year(2031))
    assert fates(site.renew(dry_run=True)) == [Fate.DUE]
    assert site.record(document_id).version == 1


def test_nothing_is_stamped_while_the_authority_has_no_longer_certificate(
    site: Site, sealed: dict[str, SignedPdf]
) -> None:
    document_id = site.archive(sealed["B-LTA"])
    assert fates(site.renew(months=12 * 8)) == [Fate.NOT_LONGER]
    assert site.record(document_id).version == 1


def test_a_plain_signature_is_renewed_before_its_certificate_ends(
    site: Site, sealed: dict[str, SignedPdf]
) -> None:
    document_id = site.archive(sealed["B-B"])
    site.travel(new_year(2027))
    assert fates(site.renew()) == [Fate.RENEWED]
    site.travel(new_year(2029))
    assert site.verdict(document_id).is_valid
    assert site.record(document_id).legal_value.level is SignatureLevel.B_LTA


def test_what_has_lapsed_is_told_and_not_stamped(site: Site, sealed: dict[str, SignedPdf]) -> None:
    document_id = site.archive(sealed["B-B"])
    site.travel(new_year(2029))
    result = site.renew()
    assert fates(result) == [Fate.LAPSED]
    assert (site.record(document_id).version, exit_code(result)) == (1, 100)


def test_a_throw_away_signature_is_never_renewed(site: Site, sealed: dict[str, SignedPdf]) -> None:
    document_id = site.archive(sealed["throwaway"])
    result = site.renew(months=12 * 20)
    assert (fates(result), exit_code(result)) == ([Fate.THROWAWAY], 0)
    assert site.record(document_id).version == 1


def test_a_site_without_an_authority_is_told_so(site: Site) -> None:
    site.catalog().close()
    unstamped = replace(site.settings, signing=replace(site.signing, tsa_url="", level="B-B"))
    with pytest.raises(ConfigError, match="tsa_url"):
        renewal.renew(unstamped, RenewalConduct(clock=lambda: site.now))


def test_nothing_is_renewed_while_a_run_is_at_work(site: Site) -> None:
    with locked(site.settings.run.data), pytest.raises(RunLocked):
        site.renew()


# ── cut short ────────────────────────────────────────────────────────────────────────────────


def _round(site: Site, store: ObjectStore, catalog: Catalog) -> Round:
    scratch = site.folder / "scratch"
    scratch.mkdir(exist_ok=True)
    conduct = RenewalConduct(clock=lambda: site.now, sleep=lambda _: None)
    trust = Trust.open(site.signing, site.folder)
    once = replace(site.settings, run=replace(site.settings.run, store_attempts=1))
    until = datetime(2037, 1, 1, tzinfo=UTC)
    return Round(once, conduct, store, catalog, trust, until, scratch)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("crash", [1, 2])
def test_a_renewal_cut_short_at_any_put_is_done_by_the_next(
    site: Site,
    sealed: dict[str, SignedPdf],
    crash: int,
    when: Literal["before", "after"],
) -> None:
    document_id = site.archive(sealed["B-LTA"])
    site.travel(new_year(2031))
    with site.catalog() as catalog:
        cut = _round(site, FailingStore(site.store, crash, when), catalog)
        first = list(cut.go_through(months_later(site.now, 12)))
    assert ([item.fate for item in first], type(cut.stopped)) == (
        [Fate.WAITING],
        StoreUnavailable,
    )
    site.renew()
    assert site.record(document_id).version == 2
    assert site.verdict(document_id).is_valid
    with site.catalog() as catalog:
        entry = catalog.find(document_id)
    assert entry is not None
    assert entry.version == 2


def test_after_one_service_failed_the_rest_waits_and_is_done_by_the_next_run(
    site: Site, sealed: dict[str, SignedPdf]
) -> None:
    for name in ("one", "two"):
        site.archive(sealed["B-LTA"], name)
    site.travel(new_year(2031))
    with site.catalog() as catalog:
        cut = _round(site, FailingStore(site.store, 1), catalog)
        first = list(cut.go_through(months_later(site.now, 12)))
    assert [item.fate for item in first] == [Fate.WAITING, Fate.WAITING]
    assert fates(site.renew()) == [Fate.RENEWED, Fate.RENEWED]


def test_a_silent_authority_stops_it_before_anything_is_begun(
    site: Site, sealed: dict[str, SignedPdf]
) -> None:
    document_id = site.archive(sealed["B-LTA"])
    site.travel(new_year(2031))
    site.pki.services.sabotage = _down
    with pytest.raises(TimestampUnavailable):
        site.renew()
    site.pki.services.sabotage = None
    assert site.record(document_id).version == 1


def _down(body: bytes, start_response: Callable[..., Any]) -> list[bytes]:
    start_response("503 Service Unavailable", [("Content-Type", "text/plain")])
    return [b"down"]


@pytest.mark.parametrize(
    ("months", "expected"),
    [(0, (2026, 1)), (12, (2027, 1)), (11, (2026, 12)), (1, (2026, 2)), (25, (2028, 2))],
)
def test_months_are_counted_on_the_calendar(months: int, expected: tuple[int, int]) -> None:
    later = months_later(datetime(2026, 1, 31, tzinfo=UTC), months)
    assert ((later.year, later.month), later.day <= 28) == (expected, True)
