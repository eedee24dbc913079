"""A test PKI on loopback: CA, OCSP, CRL and time stamps, whose clock the test sets.

certomancer issues everything from one declarative file; keys are made anew for each run, so no key
is kept in the project. Nothing of it is trusted anywhere.
"""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from asn1crypto import ocsp, tsp
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig, ServiceLabel
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)

KEYS = ("root", "interm", "ocsp", "tsa", "signer", "revoked", "operator", "old")
CURVED = ("operator",)
"""Keys on P-256; the others are RSA of 2048 bits."""
PASSPHRASE = b"mat-khau-thu"

LONG = '{valid-from: "2020-01-01T00:00:00+0000", valid-to: "2050-01-01T00:00:00+0000"}'

CONFIG = """
external-url-prefix: "http://127.0.0.1:@PORT@"
keysets:
  ks:
    path-prefix: .
    keys: {@KEYS@}
pki-architectures:
  thu:
    keyset: ks
    entity-defaults: {country-name: VN, organization-name: "CHI DE KIEM THU"}
    entities:
      root: {common-name: "CA gốc (thử)"}
      interm: {common-name: "CA cơ quan nhà nước (thử)"}
      ocsp: {common-name: "OCSP (thử)"}
      tsa: {common-name: "TSA (thử)"}
      signer: {common-name: "Ủy ban nhân dân xã Thử Nghiệm (thử)"}
      revoked: {common-name: "Người ký bị thu hồi (thử)"}
      operator: {common-name: "Người Số Hóa (thử)"}
      old: {common-name: "CA đã hết hạn (thử)"}
    certs:
      root:
        subject: root
        subject-key: root
        issuer: root
        authority-key: root
        validity: @LONG@
        profiles: [{id: simple-ca, params: {crl-repo: root}}]
      interm:
        issuer: root
        validity: @LONG@
        profiles: [{id: simple-ca, params: {max-path-len: 0, crl-repo: root}}]
      old:
        issuer: root
        validity: {valid-from: "2010-01-01T00:00:00+0000", valid-to: "2021-01-01T00:00:00+0000"}
        profiles: [{id: simple-ca, params: {max-path-len: 0, crl-repo: root}}]
      of_old:
        issuer: old
        subject: signer
        subject-key: signer
        validity: @LONG@
        profiles: [digsig-commitment]
      ocsp:
        issuer: interm
        validity: @LONG@
        profiles: [ocsp-responder]
      tsa:
        issuer: root
        validity: @LONG@
        extensions:
          - id: key_usage
            critical: true
            smart-value: {schema: key-usage, params: [digital_signature]}
          - {id: extended_key_usage, critical: true, value: [time_stamping]}
          - id: crl_distribution_points
            smart-value: {schema: crl-dist-url, params: {crl-repo-names: [root]}}
      signer:
        issuer: interm
        validity: {valid-from: "2020-01-01T00:00:00+0000", valid-to: "2030-01-01T00:00:00+0000"}
        profiles: [digsig-commitment]
        extensions:
          - id: authority_information_access
            smart-value:
              schema: aia-urls
              params:
                ocsp-responder-names: [interm]
                ca-issuer-links: [{repo: interm, include-repo-authority: true}]
      revoked:
        template: signer
        subject: revoked
        subject-key: revoked
        revocation: {revoked-since: "2024-01-01T00:00:00+0000", reason: key_compromise}
      operator:
        template: signer
        subject: operator
        subject-key: operator
      expired:
        template: signer
        subject: signer
        subject-key: signer
        validity: {valid-from: "2020-01-01T00:00:00+0000", valid-to: "2024-01-01T00:00:00+0000"}
      not_yet:
        template: signer
        subject: signer
        subject-key: signer
        validity: {valid-from: "2040-01-01T00:00:00+0000", valid-to: "2050-01-01T00:00:00+0000"}
      ending:
        template: signer
        subject: signer
        subject-key: signer
        validity: {valid-from: "2020-01-01T00:00:00+0000", valid-to: "@SOON@"}
      by_list:
        issuer: interm
        subject: signer
        subject-key: signer
        validity: @LONG@
        profiles: [digsig-commitment]
        extensions:
          - id: crl_distribution_points
            smart-value: {schema: crl-dist-url, params: {crl-repo-names: [interm]}}
      by_list_revoked:
        template: by_list
        subject: signer
        subject-key: signer
        revocation: {revoked-since: "2024-01-01T00:00:00+0000", reason: key_compromise}
      no_pointer:
        issuer: interm
        subject: signer
        subject-key: signer
        validity: @LONG@
        profiles: [digsig-commitment]
      encryption_only:
        issuer: interm
        subject: signer
        subject-key: signer
        validity: @LONG@
        extensions:
          - id: key_usage
            critical: true
            smart-value: {schema: key-usage, params: [key_encipherment]}
    services:
      ocsp: {interm: {for-issuer: interm, responder-cert: ocsp, signing-key: ocsp}}
      crl-repo:
        root: {for-issuer: root, signing-key: root, simulated-update-schedule: "P90D"}
        interm: {for-issuer: interm, signing-key: interm, simulated-update-schedule: "P30D"}
      cert-repo:
        interm: {for-issuer: interm, publish-issued-certs: no}
      time-stamping: {tsa: {signing-key: tsa, signing-cert: tsa}}
"""


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing on the test's standard error."""


class _Threaded(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Services:
    """OCSP, CRL, issuers' certificates and time stamps over HTTP, as a WSGI application.

    `clock` is the time they answer for, None for the real one. `sabotage`, when set, answers in
    place of those `sabotaged` names, None being all. `down` names those that answer 503. Names are
    `tsa`, `ocsp`, `crls`.
    """

    def __init__(self) -> None:
        self.architecture: Any = None
        self.clock: datetime | None = None
        self.sabotage: Callable[..., Any] | None = None
        self.sabotaged: frozenset[str] | None = None
        self.down: frozenset[str] = frozenset()
        self.requests = 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        self.requests += 1
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        kind, label = environ["PATH_INFO"].split("/")[2:4]
        if self.sabotage is not None and (self.sabotaged is None or kind in self.sabotaged):
            return self.sabotage(body, start_response)
        if kind in self.down:
            start_response("503 Service Unavailable", [("Content-Type", "text/plain")])
            return [b"down"]
        content_type, answer = self.answer(kind, ServiceLabel(label), body)
        start_response("200 OK", [("Content-Type", content_type)])
        return [answer]

    def answer(self, kind: str, label: ServiceLabel, body: bytes) -> tuple[str, bytes]:
        registry = self.architecture.service_registry
        at = self.clock or datetime.now(UTC)
        if kind == "tsa":
            stamper = registry.summon_timestamper(label, at)
            reply = stamper.request_tsa_response(tsp.TimeStampReq.load(body))
            return "application/timestamp-reply", reply.dump()
        if kind == "ocsp":
            responder = registry.summon_responder(label, at)
            reply = responder.build_ocsp_response(ocsp.OCSPRequest.load(body))
            return "application/ocsp-response", reply.dump()
        if kind == "crls":
            return "application/pkix-crl", registry.get_crl(label, at).dump()
        return "application/pkix-cert", registry.get_cert_from_repo(label, None).dump()


@dataclass
class Pki:
    """The running PKI."""

    folder: Path
    port: int
    services: Services

    @property
    def tsa_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/thu/tsa/tsa"

    def der(self, label: str) -> bytes:
        return bytes(self.services.architecture.get_cert(CertLabel(label)).dump())

    def trust_folder(self) -> Path:
        folder = self.folder / "trust"
        folder.mkdir(exist_ok=True)
        root = x509.load_der_x509_certificate(self.der("root"))
        (folder / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
        return folder

    def private_key(self, label: str) -> Any:
        """Return the private key that certificate `label` is for."""
        name = label if label in KEYS else "signer"
        return load_pem_private_key((self.folder / f"{name}.pem").read_bytes(), None)

    def pkcs12(
        self,
        label: str,
        *,
        key: str | None = None,
        with_chain: bool = True,
        authority: str = "interm",
    ) -> Path:
        """Write `label`'s key and certificate as a PKCS#12 file under `PASSPHRASE`."""
        private = self.private_key(key or label)
        issuers = [authority, "root"] if with_chain else []
        bundle = pkcs12.serialize_key_and_certificates(
            label.encode(),
            private,
            x509.load_der_x509_certificate(self.der(label)),
            [x509.load_der_x509_certificate(self.der(name)) for name in issuers],
            BestAvailableEncryption(PASSPHRASE),
        )
        file = self.folder / f"{label}.p12"
        file.write_bytes(bundle)
        return file

    def passphrase_file(self) -> Path:
        file = self.folder / "passphrase"
        file.write_bytes(PASSPHRASE + b"\n")
        file.chmod(0o600)
        return file


@contextmanager
def running_pki(folder: Path, *, pki: str = CONFIG, names: tuple[str, ...] = KEYS) -> Iterator[Pki]:
    """Make keys and certificates in `folder` and serve them on a free loopback port.

    Args:
        pki: the declaration; `names` are the keys it speaks of.
    """
    for name in names:
        private: Any = (
            ec.generate_private_key(ec.SECP256R1())
            if name in CURVED
            else rsa.generate_private_key(65537, 2048)
        )
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{name}.pem").write_bytes(pem)
    services = Services()
    server = make_server("127.0.0.1", 0, services, server_class=_Threaded, handler_class=_Quiet)
    config = folder / "pki.yml"
    keys = ", ".join(f"{name}: {{path: {name}.pem}}" for name in names)
    soon = datetime.now(UTC) + timedelta(days=10, hours=1)
    text = pki.replace("@PORT@", str(server.server_port))
    text = text.replace("@SOON@", soon.strftime("%Y-%m-%dT%H:%M:%S+0000"))
    config.write_text(text.replace("@KEYS@", keys).replace("@LONG@", LONG), encoding="utf-8")
    loaded = CertomancerConfig.from_file(
        str(config), key_search_dir=str(folder), config_search_dir=str(folder)
    )
    services.architecture = loaded.get_pki_arch(ArchLabel("thu"))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield Pki(folder, server.server_port, services)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
