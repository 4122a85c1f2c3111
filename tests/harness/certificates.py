# SPDX-License-Identifier: Apache-2.0
"""Certificates that vouch for themselves, made by openssl(1)."""
import subprocess

HERE = "IP:127.0.0.1,DNS:localhost"


def make_certificate(folder, names=HERE, days=30):
    """(certificate, key): paths in the folder; what was there is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    done = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-days", str(days), "-subj", f"/CN={names.split(':')[1].split(',')[0]}",
         "-addext", f"subjectAltName={names}", "-keyout", key, "-out", certificate],
        capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return certificate, key
