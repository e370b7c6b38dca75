"""A key in the hands of friends: any `k` of `n` shares give it back, fewer say nothing of it (SLIP-39, A. Shamir's scheme).

```
share    the words of a SLIP-39 mnemonic, in ASCII: identifier, threshold, index, value, Reed-Solomon checksum
```

The scheme and its reference implementation are those of hardware wallets. A digest of 32 bits inside tells a share that was
exchanged; whoever holds k - 1 shares could use it to test a guess of the secret, so only random keys are split.
"""

from collections.abc import Iterable

from shamir_mnemonic import MnemonicError, Share, combine_mnemonics, generate_mnemonics

from nasij.errors import SealBroken
from nasij.seal.primitives import KEY_SIZE

FEWEST = 2  # one friend alone never opens anything
MOST = 16
SHARE_MAX = 400
_EXPONENT = 0  # no passphrase lies over the shares, so there is none to be slow about


def split(secret: bytes, k: int, n: int) -> list[bytes]:
    """Return `n` shares of a random key, any `k` of which give it back."""
    assert len(secret) == KEY_SIZE and FEWEST <= k <= n <= MOST
    (group,) = generate_mnemonics(1, [(k, n)], secret, iteration_exponent=_EXPONENT)
    return [words.encode("ascii") for words in group]


def threshold(share: bytes) -> int:
    """Return how many shares are needed, this one among them; raises `SealBroken` for what is no share."""
    return int(_read(share).member_threshold)


def join(shares: Iterable[bytes]) -> bytes:
    """Return the key; raises `SealBroken` for too few, for shares of two keys, and for any that was altered."""
    found = {share.index: share for share in map(_read, shares)}
    needed = max((share.member_threshold for share in found.values()), default=FEWEST)
    if len(found) < needed:
        raise SealBroken
    try:
        chosen = [share.mnemonic() for _, share in sorted(found.items())][:needed]
        secret = bytes(combine_mnemonics(chosen))
    except (MnemonicError, ValueError):
        raise SealBroken from None
    if len(secret) != KEY_SIZE:
        raise SealBroken
    return secret


def _read(raw: bytes) -> Share:
    """Read a share in its one accepted form."""
    try:
        share = Share.from_mnemonic(raw[:SHARE_MAX].decode("ascii"))
        right = share.mnemonic().encode("ascii") == raw
    except (MnemonicError, ValueError):
        raise SealBroken from None
    if not right or share.group_count != 1 or share.member_threshold < FEWEST:
        raise SealBroken
    return share
