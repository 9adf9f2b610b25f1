"""The settings that tests run with; loaded by pytest before Django reads them."""

import os
import tempfile

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

os.environ["ENV_FILE"] = ""
os.environ.setdefault("DATABASE_URL", "sqlite://:memory:")
os.environ["SECRET_KEY"] = "a secret key that is only ever used by tests"
os.environ["PUBLIC_URL"] = "http://testserver"
os.environ["ALLOWED_HOSTS"] = "testserver,localhost,127.0.0.1"
os.environ["VONAGE_API_URL"] = "http://vonage.test"
os.environ["VONAGE_API_KEY"] = "a1b2c3d4"
os.environ["VONAGE_API_SECRET"] = "an api secret"
os.environ["VONAGE_APPLICATION_ID"] = "78d335fa-323d-0114-9c3d-d6f0d48968cf"
os.environ["VONAGE_SIGNATURE_SECRET"] = "a signature secret of enough characters"
os.environ["VONAGE_PRIVATE_KEY"] = (
    rsa.generate_private_key(public_exponent=65537, key_size=2048)
    .private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    .decode()
)
os.environ["LOG_LEVEL"] = "ERROR"
MEDIA = tempfile.TemporaryDirectory(prefix="contactcenter-media-")  # gone when the tests are
os.environ["MEDIA_ROOT"] = MEDIA.name
