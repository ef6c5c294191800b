"""Papers signed as people's programmes sign them, by certificates made here."""

import io
from datetime import datetime, timedelta, timezone

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
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


def signed(pdf: bytes, by: SimpleSigner, *, field: str = "Sig1", stamped_by: SimpleSigner | None = None) -> bytes:
    stamper = stamped_by and DummyTimeStamper(stamped_by.signing_cert, stamped_by.signing_key)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    told = PdfSignatureMetadata(field_name=field, md_algorithm="sha256")
    return PdfSigner(told, signer=by, timestamper=stamper).sign_pdf(writer).getvalue()
