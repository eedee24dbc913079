"""What the archive says of documents, for reports."""

from __future__ import annotations

from digitizer.errors import Unavailable
from digitizer.model import DocumentId, Evidence, Field
from pipelines.report import FieldsOf, fields_in_work
from pipelines.settings import Settings


def fields_of(settings: Settings) -> FieldsOf:
    """Return a function that gives a document's fields: from the archive, else from the work.

    Personal fields of an archived document come masked, as the record shows them.
    """
    from storage.archive import committed
    from storage.objects import open_store

    store = open_store(settings.storage)

    def fields(document_id: DocumentId) -> tuple[Field, ...]:
        waiting = fields_in_work(settings, document_id)
        if waiting:
            return waiting
        try:
            record = committed(store, document_id)
        except Unavailable:
            # The report of a run that lost its store is the one that is needed most.
            return ()
        if record is None:
            return ()
        return tuple(
            Field(
                field.name,
                field.value,
                field.status,
                Evidence(field.page or 1, field.box, field.rule, field.confidence or 0.0)
                if field.box
                else None,
            )
            for field in record.fields
        )

    return fields
