from nasij.seal import identity, primitives as p, circle


def test_x():
    s = p.random_key()
    w = p.random_key()
    pub = identity.wrap_public(w)
    assert len(pub) == identity.WRAP_PUBLIC_SIZE
    c = identity.wrap(b"x" * 32, pub, b"i")
    assert len(c) == 32 + identity.CAPSULE_OVERHEAD
    assert identity.unwrap(c, w, b"i") == b"x" * 32
    pr = identity.proof(s, "m", pub)
    assert identity.proven(p.public_of(s), "m", pub, pr)
    b = p.seal_large(s, b"l", b"x" * 3000000, b"b")
    assert p.open_large(s, b"l", bytes(b), b"b") == b"x" * 3000000
    assert len(p.SMALL_ORDER) == 14
    se = p.Sealer(s, b"a")
    assert se.open(se.seal(b"q", b"z"), b"z") == b"q"
    l = circle.letter(circle.Fresh("case/1", 1, s, ("a", "b")), "a", s, {"a": pub, "b": pub}, b"bound")
    r = circle.take_letter(l, [w], b"bound")
    assert r and circle.letter_is_by(p.public_of(s), r[1], r[2]) and r[0].key == s
