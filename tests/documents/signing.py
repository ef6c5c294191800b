"""Papers signed as people's programmes sign them, by certificates made here."""

import io
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone

from asn1crypto import pem
from asn1crypto import x509 as plain_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, pkcs12
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.timestamps import DummyTimeStamper

VIET_NAM = timezone(timedelta(hours=7))
BEGIN = datetime(2026, 1, 1, tzinfo=VIET_NAM)


def signer(name: str = "Nguyễn Thị Hường", organisation: str = "Sở Khoa học và Công nghệ", *, stamps: bool = False):
    key = rsa.generate_private_key(65537, 2048)
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if organisation:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    subject = x509.Name(parts)
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), 7, BEGIN, BEGIN + timedelta(days=3650))
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=stamps)
        .sign(key, hashes.SHA256())
    )
    packed = pkcs12.serialize_key_and_certificates(None, key, made, None, NoEncryption())
    return SimpleSigner.load_pkcs12_data(packed, other_certs=[])


class Authority:
    """Who issues certificates and takes them back: a root, or one that another authority has made."""

    def __init__(self, name: str = "Gốc của cuộc thử", above: "Authority | None" = None) -> None:
        self.key = rsa.generate_private_key(65537, 2048)
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.above, by = above, above or self
        usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
        days = (BEGIN - timedelta(days=900), BEGIN + timedelta(days=9000))
        self.certificate = (
            x509.CertificateBuilder(by.name, self.name, self.key.public_key(), x509.random_serial_number(), *days)
            .add_extension(x509.BasicConstraints(True, None), critical=True)
            .add_extension(usage, critical=True)
            .sign(by.key, hashes.SHA256())
        )

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def signer(
        self,
        name: str = "Nguyễn Thị Hường",
        *,
        begin: datetime = BEGIN,
        end: datetime = BEGIN + timedelta(days=730),
        stamps: bool = False,
        usage: Iterable[int] = (0, 1),
    ) -> SimpleSigner:
        key = rsa.generate_private_key(65537, 2048)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        place = x509.UniformResourceIdentifier("http://ocsp.example.invalid/")
        asked = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, place)
        made = (
            x509.CertificateBuilder(self.name, subject, key.public_key(), x509.random_serial_number(), begin, end)
            .add_extension(x509.KeyUsage(*(place in set(usage) for place in range(9))), critical=True)
            .add_extension(x509.AuthorityInformationAccess([asked]), critical=False)
        )
        if stamps:
            made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        packed = pkcs12.serialize_key_and_certificates(
            None, key, made.sign(self.key, hashes.SHA256()), None, NoEncryption()
        )
        beside = [plain_x509.Certificate.load(pem.unarmor(self.pem)[2])] if self.above else []
        return SimpleSigner.load_pkcs12_data(packed, other_certs=beside)

    def taken_back(self, *signers: SimpleSigner, on: datetime, told: datetime, until: datetime) -> bytes:
        made = x509.CertificateRevocationListBuilder(self.name, told, until)
        for one in signers:
            row = x509.RevokedCertificateBuilder(one.signing_cert.serial_number, on)
            made = made.add_revoked_certificate(row.build())
        return made.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def answered(self, signer: SimpleSigner, *, told: datetime, until: datetime, on: datetime | None = None) -> bytes:
        """What an OCSP server says of one: good, or taken back on a day."""
        state = ocsp.OCSPCertStatus.REVOKED if on else ocsp.OCSPCertStatus.GOOD
        reason = x509.ReasonFlags.key_compromise if on else None
        certificate = x509.load_der_x509_certificate(signer.signing_cert.dump())
        made = ocsp.OCSPResponseBuilder().add_response(
            certificate, self.certificate, hashes.SHA256(), state, told, until, on, reason
        )
        by_key = made.responder_id(ocsp.OCSPResponderEncoding.HASH, self.certificate)
        return by_key.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)


def signed(
    pdf: bytes,
    by: SimpleSigner,
    *,
    field: str = "Sig1",
    stamped_by: SimpleSigner | None = None,
    stamped_at: datetime | None = None,
) -> bytes:
    stamper = stamped_by and DummyTimeStamper(stamped_by.signing_cert, stamped_by.signing_key, fixed_dt=stamped_at)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    told = PdfSignatureMetadata(field_name=field, md_algorithm="sha256")
    return PdfSigner(told, signer=by, timestamper=stamper).sign_pdf(writer).getvalue()
