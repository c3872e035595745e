"""A real slapd with people in it, over TLS with certificates of its own; a machine without one fails the test."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from tests.support.ports import free_port

BASE = "ou=people,dc=huayuan,dc=example"
READER, READERS_WORD = "cn=reader,dc=huayuan,dc=example", "readers-word-2026"
WORD = "一句目录里的口令"
PEOPLE = {
    "cwb1": {"cn": "周小舟", "mail": "cwb1@huayuan.example", "ou": "cwb", "title": "staff"},
    "cwb2": {"cn": "吴桂英", "mail": "cwb2@huayuan.example", "ou": "cwb", "title": "staff"},
    "stranger": {"cn": "外来的", "mail": "s@huayuan.example", "ou": "cwb", "title": "staff"},
    "locked": {"cn": "停用的", "mail": "l@huayuan.example", "ou": "cwb", "title": "staff", "employeeType": "disabled"},
}
SCHEMAS = ("core", "cosine", "inetorgperson")


@dataclass(frozen=True)
class TestDirectory:
    """Where it listens, plain and over TLS, and by which certificate it is known."""

    __test__ = False

    plain: int
    tls: int
    ca: Path
    process: subprocess.Popen[bytes]

    def settings(self, **more: object) -> dict[str, object]:
        """Settings of an office that asks it over TLS."""
        return {
            "ldap_url": f"ldaps://127.0.0.1:{self.tls}",
            "ldap_ca": self.ca,
            "ldap_base": BASE,
            "ldap_filter": "(&(objectClass=inetOrgPerson)(uid={login})(!(employeeType=disabled)))",
            "ldap_user": READER,
            "ldap_password": READERS_WORD,
            **more,
        }


def slapd() -> str:
    found = shutil.which("slapd") or shutil.which("slapd", path="/usr/sbin")
    if found is None:
        pytest.fail("no slapd: run `sh tools/directory.sh`, or as root `RUNLEVEL=1 apt-get install slapd`")
    return found


@contextmanager
def running_directory(folder: Path) -> Iterator[TestDirectory]:
    """A directory that answers until the test ends."""
    # a copy of our own: some systems let the installed one read nothing but /etc/ldap
    program = str(shutil.copy(slapd(), folder / "slapd"))
    ca = _certificates(folder)
    (folder / "data").mkdir()
    (folder / "slapd.conf").write_text(_configuration(folder), encoding="utf-8")
    (folder / "people.ldif").write_text(_people(), encoding="utf-8")
    subprocess.run(
        [program, "-T", "add", "-f", "slapd.conf", "-l", "people.ldif"], cwd=folder, check=True, capture_output=True
    )
    plain, tls = free_port(), free_port()
    addresses = f"ldap://127.0.0.1:{plain} ldaps://127.0.0.1:{tls}"
    log = (folder / "log").open("wb")
    process = subprocess.Popen([program, "-d", "0", "-f", "slapd.conf", "-h", addresses], cwd=folder, stderr=log)
    try:
        _wait(tls, process, folder / "log")
        yield TestDirectory(plain, tls, ca, process)
    finally:
        process.terminate()
        process.wait(60)
        log.close()


def _configuration(folder: Path) -> str:
    schemas = "\n".join(f"include /etc/ldap/schema/{name}.schema" for name in SCHEMAS)
    return f"""{schemas}
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/pid
TLSCACertificateFile {folder}/ca.pem
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
disallow bind_anon
database mdb
suffix "dc=huayuan,dc=example"
directory {folder}/data
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{READER}" read by * none
sizelimit 500
"""


def _people() -> str:
    entries = [
        "dn: dc=huayuan,dc=example\nobjectClass: dcObject\nobjectClass: organization\no: huayuan\ndc: huayuan",
        f"dn: {BASE}\nobjectClass: organizationalUnit\nou: people",
        f"dn: {READER}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: reader\n"
        f"userPassword: {READERS_WORD}",
    ]
    for login, values in PEOPLE.items():
        lines = "\n".join(f"{name}: {value}" for name, value in values.items())
        entries.append(
            f"dn: uid={login},{BASE}\nobjectClass: inetOrgPerson\nuid: {login}\nsn: {values['cn']}\n{lines}\n"
            f"userPassword: {WORD}"
        )
    return "\n\n".join(entries) + "\n"


def _certificates(folder: Path) -> Path:
    own, other = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    ca = _certificate("the house", own.public_key(), "the house", own, authority=True)
    server = _certificate("127.0.0.1", other.public_key(), "the house", own, authority=False)
    for name, part in (("ca.pem", ca), ("server.pem", server)):
        (folder / name).write_bytes(part.public_bytes(serialization.Encoding.PEM))
    key = other.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.key").write_bytes(key)
    return folder / "ca.pem"


def _certificate(
    name: str, key: rsa.RSAPublicKey, by: str, signer: rsa.RSAPrivateKey, *, authority: bool
) -> x509.Certificate:
    now = datetime.now(UTC)
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, by)]))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(alternative, critical=False)
        .sign(signer, hashes.SHA256())
    )


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(2400):
        if process.poll() is not None:
            raise AssertionError(f"slapd ended: {log.read_text(errors='replace')[-2000:]}")
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("slapd does not answer")
