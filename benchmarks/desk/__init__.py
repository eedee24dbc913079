"""How fast the counter answers over HTTP, with keys, audit log and ledger on."""
