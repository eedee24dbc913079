"""A token for tests: SoftHSM2 behind a module that counts calls, locks PINs and can be pulled out.

The module is a few lines of C (`token_shim.c`), compiled once a session. Tokens are filled by a
process of their own, so that the tests' process opens the module only where the program does.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

MODULES = (
    Path("/usr/lib/softhsm/libsofthsm2.so"),
    Path("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"),
    Path("/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so"),
)
SHIM = Path(__file__).with_name("token_shim.c")
PIN = "246810"
SECURITY_OFFICERS_PIN = "13579135"

FILL = """
import sys
import pkcs11
from asn1crypto.keys import ECPrivateKey
from pkcs11.util.ec import decode_ec_private_key
from pkcs11.util.rsa import decode_rsa_private_key
from pkcs11.util.x509 import decode_x509_certificate
module, label, pin, key_id, kind, key, *certificates = sys.argv[1:]
token = pkcs11.lib(module).get_token(token_label=label)
with token.open(rw=True, user_pin=pin) as session:
    der = open(key, "rb").read()
    found = decode_ec_private_key(der) if kind.startswith("ec") else decode_rsa_private_key(der)
    found |= {
        pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.PRIVATE: True,
        pkcs11.Attribute.SENSITIVE: True, pkcs11.Attribute.SIGN: True,
        pkcs11.Attribute.ID: bytes.fromhex(key_id), pkcs11.Attribute.LABEL: "key",
        pkcs11.Attribute.ALWAYS_AUTHENTICATE: kind.endswith("asks"),
    }
    session.create_object(found)
    for number, file in enumerate(certificates):
        found = decode_x509_certificate(open(file, "rb").read())
        found |= {pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.LABEL: f"certificate {number}"}
        found[pkcs11.Attribute.ID] = bytes.fromhex(key_id) if number == 0 else b""
        session.create_object(found)
"""


def missing() -> str:
    """Return why there can be no token here, "" when there can."""
    for program, package in (("softhsm2-util", "softhsm2"), ("gcc", "gcc")):
        if shutil.which(program) is None:
            return f"needs {program} (Debian: {package})"
    return "" if _softhsm() else "needs libsofthsm2.so (Debian: softhsm2)"


def _softhsm() -> Path | None:
    return next((file for file in MODULES if file.is_file()), None)


@dataclass(frozen=True, slots=True)
class SoftToken:
    """A token in a folder; `module` is what a site would name as its driver."""

    folder: Path
    module: Path
    label: str = "SoHoa"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "SOFTHSM2_CONF": str(self.folder / "softhsm2.conf"),
            "SHIM_FOLDER": str(self.folder),
            "SHIM_MODULE": str(_softhsm()),
            "SHIM_PIN": PIN,
        }

    def put(self, key_id: str, private: Any, *certificates: bytes, asks: bool = False) -> None:
        """Put a private key and its certificate (DER) on the token; issuers may follow.

        With `asks` the key wants its PIN at every signature.
        """
        form = PrivateFormat.TraditionalOpenSSL
        key = self.folder / f"key-{key_id}.der"
        key.write_bytes(private.private_bytes(Encoding.DER, form, NoEncryption()))
        files = []
        for number, der in enumerate(certificates):
            file = self.folder / f"certificate-{key_id}-{number}.der"
            file.write_bytes(der)
            files.append(str(file))
        kind = "ec" if isinstance(private, ec.EllipticCurvePrivateKey) else "rsa"
        kind += " asks" if asks else ""
        arguments = [str(_softhsm()), self.label, PIN, key_id, kind, str(key), *files]
        self._run([sys.executable, "-c", FILL, *arguments])
        key.unlink()

    def pin_file(self, pin: str = PIN) -> Path:
        file = self.folder / "pin"
        file.write_text(pin + "\n")
        file.chmod(0o600)
        return file

    def calls(self, name: str) -> int:
        """Return how often the program called `name`, e.g. `C_Login`."""
        file = self.folder / "calls"
        return file.read_text().split().count(name) if file.exists() else 0

    def pull_out(self) -> None:
        (self.folder / "gone").touch()

    def plug_in(self) -> None:
        (self.folder / "gone").unlink()

    def become(self, state: str) -> None:
        """Be `broken`, `mute`, `keypad`, `strange` or `stuck`: see token_shim.c."""
        (self.folder / state).touch()

    def count_wrong(self, tries: int) -> None:
        """Make it a token that was given `tries` wrong PINs before."""
        (self.folder / "wrong").write_text(str(tries))

    def initialize(self, label: str = "") -> None:
        """Make a token, another one when called again with another label."""
        store = self.folder / "tokens"
        store.mkdir(exist_ok=True)
        (self.folder / "softhsm2.conf").write_text(
            f"directories.tokendir = {store}\nobjectstore.backend = file\nlog.level = ERROR\n"
        )
        pins = ["--pin", PIN, "--so-pin", SECURITY_OFFICERS_PIN]
        self._run(
            ["softhsm2-util", "--init-token", "--free", "--label", label or self.label, *pins]
        )

    def _run(self, command: list[str]) -> None:
        done = subprocess.run(
            command, env=os.environ | self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


def compile_shim(folder: Path) -> Path:
    """Compile the module that stands between program and SoftHSM2."""
    library = folder / "token_shim.so"
    command = ["gcc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", library, SHIM, "-ldl"]
    subprocess.run(command, check=True)
    return library


@contextmanager
def soft_token(folder: Path, shim: Path, environment: Any = os.environ) -> Iterator[SoftToken]:
    """Make an empty token in `folder` and name it in `environment` while it is used."""
    token = SoftToken(folder, shim)
    token.initialize()
    before = {name: environment.get(name) for name in token.environment}
    environment.update(token.environment)
    try:
        yield token
    finally:
        for name, value in before.items():
            if value is None:
                environment.pop(name, None)
            else:
                environment[name] = value
