"""TLS, one context for each way a source may ask for it.

Certificates are verified unless the source's file says otherwise. TLS 1.0 and 1.1 with weak ciphers are for the
government servers that have nothing else: a source of its own, switched on by hand.
"""

from __future__ import annotations

import ssl
from functools import lru_cache


@lru_cache(maxsize=4)
def context(verify: bool, legacy: bool) -> ssl.SSLContext:
    """A client context; both flags as in `Politeness`."""
    made = ssl.create_default_context()
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    if legacy:
        # Security level 0 admits 1,024-bit keys and SHA-1; OpenSSL 3 refuses TLS 1.0 and 1.1 at any other level.
        made.minimum_version = ssl.TLSVersion.TLSv1
        made.set_ciphers("DEFAULT:@SECLEVEL=0")
        made.options |= 0x4  # SSL_OP_LEGACY_SERVER_CONNECT: servers without RFC 5746 (named in ssl from Python 3.12 on)
    if not verify:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    return made
