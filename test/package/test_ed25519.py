"""Ed25519 as the verification has it, without any library: right signatures hold, nothing else does."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import pytest
from control_units.delineation.package import verify as verifier
from control_units.delineation.package.verify import ed25519_fits
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "rfc8032.json").read_text(encoding="ascii"))
L = 2**252 + 27742317777372353535851937790883648493
P = 2**255 - 19
D = 37095705934669439343138083508754565189542113879843219016388785533085940283555  # RFC 8032, section 5.1


def signed(seed: int) -> tuple[bytes, bytes, bytes]:
    """Public key, message and signature, drawn by a seed."""
    draw = random.Random(seed)  # noqa: S311
    key = Ed25519PrivateKey.from_private_bytes(draw.randbytes(32))
    message = draw.randbytes(draw.choice([0, 1, 31, 64, 200, 5000]))
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw), message, key.sign(message)


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def written(y: int, sign: int = 0) -> bytes:
    """A point as it is written: y, and whether x is odd."""
    return (y | sign << 255).to_bytes(32, "little")


@pytest.mark.parametrize("vector", VECTORS, ids=[one["name"] for one in VECTORS])
def test_the_vectors_of_the_standard(vector):
    """RFC 8032, section 7.1."""
    public, message, signature = (bytes.fromhex(vector[name]) for name in ("public", "message", "signature"))
    assert ed25519_fits(public, message, signature)
    assert not ed25519_fits(public, message + b"\0", signature)


def test_all_vectors_of_the_standard_are_here():
    assert [one["name"] for one in VECTORS] == ["TEST 1", "TEST 2", "TEST 3", "TEST 1024", "TEST SHA(abc)"]
    assert [len(one["message"]) // 2 for one in VECTORS] == [0, 1, 2, 1023, 64]


def test_what_another_library_signs_holds():
    for seed in range(50):
        assert ed25519_fits(*signed(seed)), seed


@pytest.mark.parametrize("part", ["message", "R", "S", "key", "S + L"])
def test_a_forgery_does_not_hold(part):
    """50 of them, ten of each kind."""
    for seed in range(10):
        public, message, signature = signed(1000 + seed)
        draw = random.Random(seed)  # noqa: S311
        assert ed25519_fits(public, message, signature) is True
        if part == "message":
            message = flipped(message, draw.randrange(8 * len(message))) if message else b"\0"
        elif part == "R":
            signature = flipped(signature, draw.randrange(256))
        elif part == "S":
            signature = flipped(signature, 256 + draw.randrange(256))
        elif part == "key":
            public = flipped(public, draw.randrange(256))
        else:
            s = int.from_bytes(signature[32:], "little") + L
            signature = signature[:32] + s.to_bytes(32, "little")
        assert ed25519_fits(public, message, signature) is False, seed


def test_another_key_or_another_message_does_not_hold():
    (public, message, signature), (other_public, other_message, _) = signed(1), signed(2)
    assert not ed25519_fits(other_public, message, signature)
    assert not ed25519_fits(public, other_message, signature)


@pytest.mark.parametrize(("of_key", "of_signature"), [(31, 64), (33, 64), (32, 63), (32, 65), (0, 64), (32, 0)])
def test_lengths_are_exact(of_key, of_signature):
    public, message, signature = signed(4)
    assert not ed25519_fits(public.ljust(33, b"\0")[:of_key], message, signature.ljust(65, b"\0")[:of_signature])


# All points of small order, in every way of writing them: y = 0, 1, -1, the four of order 8, and what is none of them
# for being no smaller than p, or for having an odd x of 0.
EIGHT = 2707385501144840649318225287225658788936804267575313519463743609750303402022
EIGHT_TOO = 55188659117513257062467267217118295137698188065244968500265048394206261417927
SMALL = [written(y, sign) for y in (0, 1, P - 1, EIGHT, EIGHT_TOO) for sign in (0, 1)]
TOO_LARGE = [written(y, sign) for y in (P, P + 1, P + 2, 2**255 - 1) for sign in (0, 1)]


@pytest.mark.parametrize("public", SMALL + TOO_LARGE, ids=lambda one: one.hex()[:8])
def test_a_key_of_small_order_or_written_otherwise_is_none(public):
    assert verifier._key_point(public) is None


@pytest.mark.parametrize("public", TOO_LARGE, ids=lambda one: one.hex()[:8])
def test_what_is_no_smaller_than_p_is_no_point(public):
    assert verifier._point(public) is None


def test_points_of_small_order_are_points():
    """But those of an x of 0 that is said to be odd: so the test above is not one of the curve alone."""
    zero_x = {written(1, 1), written(P - 1, 1)}
    assert {one for one in SMALL if verifier._point(one) is None} == zero_x


def test_a_key_of_small_order_signs_nothing():
    """With the neutral point as key, R = [S]B would hold for every message."""
    base = written(4 * pow(5, -1, P) % P)
    signature = base + (1).to_bytes(32, "little")
    for message in (b"", b"anything"):
        assert not ed25519_fits(written(1), message, signature)


def test_what_is_no_point_of_the_curve_is_none():
    """x² = (y² - 1) / (d y² + 1) has to be a square modulo p (Euler)."""
    seen = set()
    for y in range(2, 200):
        square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
        on_curve = pow(square, (P - 1) // 2, P) == 1
        seen.add(on_curve)
        point = verifier._point(written(y))
        assert (point is not None) == on_curve, y
        if point:
            x = point[0]
            assert point[1] == y
            assert x % 2 == 0
            assert x * x % P == square
            assert verifier._point(written(y, 1))[0] == P - x
            assert verifier._bytes_of(point) == written(y)
    assert seen == {True, False}


def test_a_signature_is_verified_in_no_time():
    public, message, signature = signed(5)
    best = 1.0
    for _ in range(5):
        began = time.perf_counter()
        ed25519_fits(public, message, signature)
        best = min(best, time.perf_counter() - began)
    assert best < 0.02, f"{best:.4f} s"
