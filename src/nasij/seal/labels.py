"""Every domain-separation label. Changing one makes everything sealed or signed under it unreadable for ever."""

ENTRY = b"nasij/1 entry"
COMMIT = b"nasij/1 commit"
TAG = b"nasij/1 tag"
SAID = b"nasij/1 said"  # what a member's signature on a fact covers
LETTER = b"nasij/1 letter"  # what a member's signature on a letter covers
LETTER_CAPSULE = b"nasij/1 letter capsule"
GRANT_CAPSULE = b"nasij/1 grant capsule"
PROOF = b"nasij/1 proof of possession"
WRITE = b"nasij/1 write"  # the network's write key, from the circle key of the present epoch
APPEND = b"nasij/1 append"  # what a write proof covers; the hub checks it
SLOT_PUT = b"nasij/1 put slot"  # what the owner of a backup signs; the hub checks it

VAULT_SLOT = b"nasij/1 vault slot"
VAULT_BODY = b"nasij/1 vault body"
VAULT_AFTER = b"nasij/1 vault slot after"  # how a passphrase opens the plain account once its own is locked away
ONLY = b"nasij/1 only me"
OUTBOX = b"nasij/1 outbox"
HEAD = b"nasij/1 head"
SNAPSHOT = b"nasij/1 snapshot"
BACKUP_KEY = b"nasij/1 backup key"
BACKUP_SLOT = b"nasij/1 backup slot"
ARCHIVE = b"nasij/1 archive"
ROOM_NAME = b"nasij/1 room name"

INVITE = b"nasij/1 invite"
INVITE_BOX = b"nasij/1 invite box"
INVITE_KEY = b"nasij/1 invite key"
RETURN_BOX = b"nasij/1 return box"
RETURN_CAPSULE = b"nasij/1 return capsule"
AWAY_BOX = b"nasij/1 away box"  # where whoever locked away asks friends to give back
AWAY_ALARM = b"nasij/1 away alarm"  # tells friends, and nobody else, that it was not of their own will
AWAY_PIECE = b"nasij/1 away piece"  # a friend's piece on its way back
AWAY_SLOT = b"nasij/1 away slot"
AWAY_KEY = b"nasij/1 away key"
COMPARE_AWAY = b"nasij/1 compare away"
MIX = b"nasij/1 ballot layer"  # one layer of a secret ballot, for one carrier
SEALED_FILE = b"nasij/1 sealed file"  # of a member's own, opened by two
NOTE = b"nasij/1 sealed note"
NOTE_ENVELOPE = b"nasij/1 note envelope"  # a share of its key, for one room
LESSONS = b"nasij/1 lessons"  # a file of lessons, signed with a key that trusted members hold together
COMPARE_LESSONS = b"nasij/1 compare lessons"
COMPARE_JOIN = b"nasij/1 compare join"
COMPARE_HEAD = b"nasij/1 compare head"
VIEW_DIGEST = b"nasij/1 view digest"
BUNDLE = b"nasij/1 bundle"
KIT = b"nasij/1 recovery kit"
