"""Opening what the sealing needs, and proving before a run that all of it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipelines.settings import Settings
from pipelines.stages import Clock, SealStages, SealTools, seal_stages


@dataclass(frozen=True, slots=True)
class Sealing:
    """The sealing stages, bound to an unlocked key and a store that answered."""

    tools: SealTools
    stages: SealStages

    @classmethod
    def open(cls, settings: Settings, *, now: datetime, clock: Clock) -> Sealing:
        """Check key, time stamp, store and catalog, then open them.

        Raises:
            Unavailable: the key can't be used, the time-stamp authority or store is away.
            ConfigError: settings that contradict each other.
        """
        from signing.preflight import preflight
        from signing.signer import open_signer
        from storage.catalog import Catalog
        from storage.identity import IdentityVault
        from storage.objects import open_store

        settings.keys_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        preflight(settings.signing, keys_folder=settings.keys_folder, now=now)
        store = open_store(settings.storage)
        store.check()
        tools = SealTools(
            open_signer(settings.signing, keys_folder=settings.keys_folder, now=now),
            store,
            Catalog.open(settings.storage, create=True),
            IdentityVault.open(settings.storage.identity_key_file, create=True),
        )
        return cls(tools, seal_stages(settings, tools, clock=clock))
