"""What is sealed comes back to the letter or not at all, and only with the key."""

import gzip
import io
import os

import pyrage
import pytest

from program996.backup import BackupError
from program996.backup.keys import write_key
from program996.backup.sealing import identities_of, recipients_of, seal, unsealed, unsealing

TEXT = os.urandom(300_000) + b"0" * 3_000_000


@pytest.fixture(params=["part.age", "part.gz.age"])
def path(request, tmp_path, recipients):
    path = tmp_path / request.param
    sealed = seal(io.BytesIO(TEXT), path, recipients)
    assert (sealed.size, sealed.taken) == (path.stat().st_size, len(TEXT))
    return path


def test_comes_back_to_the_letter(path, key):
    assert unsealed(path, [key]) == TEXT
    with unsealing(path, [key]) as stream:
        assert stream.read() == TEXT
    with unsealing(path, [key]) as stream:
        assert stream.read(10) == TEXT[:10]  # and whoever has seen enough goes


def test_is_what_age_and_gzip_read(path, key):
    plain = pyrage.decrypt(path.read_bytes(), [key])
    assert (gzip.decompress(plain) if ".gz" in path.name else plain) == TEXT


def test_another_key_is_told_apart_from_a_broken_file(path):
    with pytest.raises(BackupError, match="niêm phong cho khóa khác"):
        unsealed(path, [pyrage.x25519.Identity.generate()])


@pytest.mark.parametrize("broken", [lambda whole: whole[:-30], lambda whole: whole[:200_000] + b"?" + whole[200_001:]])
def test_a_changed_or_cut_file_is_refused(path, key, broken):
    path.write_bytes(broken(path.read_bytes()))
    with pytest.raises(BackupError, match="bị hỏng hoặc bị sửa"):
        unsealed(path, [key])
    with pytest.raises(BackupError, match="bị hỏng hoặc bị sửa"), unsealing(path, [key]) as stream:
        stream.read()


def test_a_source_that_breaks_leaves_no_file(tmp_path, recipients):
    class Broken(io.BytesIO):
        def read(self, size=-1):
            raise OSError("away")

    with pytest.raises(BackupError, match="Không niêm phong được"):
        seal(Broken(), tmp_path / "part.age", recipients)
    assert not (tmp_path / "part.age").exists()


def test_keys_are_written_once_and_read_back(tmp_path):
    public = write_key(tmp_path / "key")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    [identity] = identities_of(tmp_path / "key")
    assert str(identity.to_public()) == public
    assert [str(one) for one in recipients_of(f"{public}, {public}")] == [public, public]
    with pytest.raises(BackupError, match="không ghi đè khóa"):
        write_key(tmp_path / "key")


def test_what_is_no_key_is_said(tmp_path):
    (tmp_path / "other").write_text("# nothing\n")
    for path in (tmp_path / "other", tmp_path / "none"):
        with pytest.raises(BackupError, match="khóa"):
            identities_of(path)
    with pytest.raises(BackupError, match="BACKUP_RECIPIENT"):
        recipients_of("age1khong-phai-khoa")
