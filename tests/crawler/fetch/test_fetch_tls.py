"""Certificates are verified, and old TLS is spoken only where a source's file says so."""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fetch_crawls import visit_all
from fetch_site import Site


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that signs itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "site.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return file


def server(certificate: Path, newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> ssl.SSLContext:
    """A server's side of TLS; with `newest` 1.1 one of those that have nothing better."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if newest < ssl.TLSVersion.TLSv1_2:
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = newest
    context.load_cert_chain(certificate)
    return context


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Path) -> None:
    """Scrapy verifies nothing by default."""
    with Site(tls=server(certificate)) as site:
        tour = visit_all(site.url("/a"))
        assert site.seen == []
    assert tour.failure(site.url("/a")).kind == "tls"
    assert tour.failure(site.url("/a")).of_host


def test_a_source_may_take_a_certificate_as_it_is(certificate: Path) -> None:
    """`verify_certificates = false` in its file."""
    with Site(tls=server(certificate)) as site:
        assert visit_all(site.url("/a"), verify_certificates=False).capture(site.url("/a")).status == 200


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_old_tls_is_spoken_only_by_sources_that_ask_for_it(certificate: Path) -> None:
    """`legacy_tls = true`; Scrapy has no setting that reaches such a server."""
    with Site(tls=server(certificate, ssl.TLSVersion.TLSv1_1)) as site:
        refused = visit_all(site.url("/a"), verify_certificates=False)
        reached = visit_all(site.url("/a"), verify_certificates=False, legacy_tls=True)
    assert refused.failure(site.url("/a")).kind in ("tls", "connection")  # it hangs up
    assert reached.capture(site.url("/a")).status == 200
