"""Ask for help and offer it.

Anybody asks, for themselves or somebody else, and chooses who may see it. Coordination sorts what comes, or members meet
directly where the group wants that for a kind of help. Each need says what comes next, by which day, and who sees to it,
until it is closed with a reason. What is not met this time keeps its place.

Who it is for in real life is not in the need: `IdentityKept` stays in the asker's own room.
"""

from nasij.areas.aid import folds, home, lists, pages, rules
from nasij.areas.aid.acts import ACTS
from nasij.areas.aid.facts import (
    KIND_STEPS,
    NEED_STEPS,
    OFFER_STEPS,
    PART_STEPS,
    DraftDropped,
    DraftKept,
    HelpBegun,
    IdentityKept,
    KindAdded,
    KindChanged,
    KindRetired,
    NeedAsked,
    NeedClosed,
    NeedGrown,
    NeedOpened,
    NeedPosted,
    NeedReopened,
    NeedSeen,
    OfferClosed,
    OfferMade,
    OfferPaused,
    OfferResumed,
    OfferUsedUp,
    PartDone,
    PartFreed,
    PartTaken,
    PostLinked,
    ReachFailed,
    ReachRegained,
    StepSet,
    UrgencySet,
)
from nasij.areas.aid.lists import IMPORT_STEPS, ImportUndone, ListImported, ListPartSent
from nasij.areas.aid.tables import TABLES, kind_id, seed
from nasij.kit.area import (
    ANYBODY_IN,
    EVERYONE,
    ONLY_ME,
    TRUSTED_MEMBER,
    Area,
    chosen,
    fact,
    holder_of,
    page,
    where,
)
from nasij.kit.field import mark

__all__ = [
    "AREA",
    "DraftDropped",
    "DraftKept",
    "HelpBegun",
    "IdentityKept",
    "ImportUndone",
    "KindAdded",
    "KindChanged",
    "KindRetired",
    "ListImported",
    "ListPartSent",
    "NeedAsked",
    "NeedClosed",
    "NeedGrown",
    "NeedOpened",
    "NeedPosted",
    "NeedReopened",
    "NeedSeen",
    "OfferClosed",
    "OfferMade",
    "OfferPaused",
    "OfferResumed",
    "OfferUsedUp",
    "PartDone",
    "PartFreed",
    "PartTaken",
    "PostLinked",
    "ReachFailed",
    "ReachRegained",
    "StepSet",
    "UrgencySet",
    "kind_id",
]

_COORDINATION = holder_of("cases")
_ITS_READERS = where("need", "need")
_OFFER_READERS = where("offer", "offer")

# fmt: off
# One line a fact: who says it, who reads it, by which rule, with which effect.
_FACTS = (
    fact(KindAdded, said_by=_COORDINATION, read_by=EVERYONE, rule=rules.may_add_kind, fold=folds.fold_kind_added),
    fact(KindChanged, said_by=_COORDINATION, read_by=EVERYONE, rule=rules.may_change_kind, fold=folds.fold_kind_changed),
    fact(KindRetired, said_by=_COORDINATION, read_by=EVERYONE, rule=rules.may_retire_kind, fold=folds.fold_kind_retired),
    fact(DraftKept, said_by=ANYBODY_IN, read_by=ONLY_ME, fold=folds.fold_draft_kept),
    fact(DraftDropped, said_by=ANYBODY_IN, read_by=ONLY_ME, fold=folds.fold_draft_dropped),
    fact(IdentityKept, said_by=ANYBODY_IN, read_by=ONLY_ME, rule=rules.may_keep_identity, fold=folds.fold_identity_kept),
    fact(NeedAsked, said_by=ANYBODY_IN, read_by=chosen("need", "need"), rule=rules.may_ask, fold=folds.fold_asked),
    fact(NeedPosted, said_by=_COORDINATION, read_by=chosen("need", "need"), rule=rules.may_post, fold=folds.fold_posted),
    fact(PostLinked, said_by=_COORDINATION, read_by=_ITS_READERS, rule=rules.may_link, fold=folds.fold_linked),
    fact(NeedOpened, said_by=ANYBODY_IN, read_by=_ITS_READERS, rule=rules.may_open, fold=folds.fold_moved),
    fact(NeedSeen, said_by=ANYBODY_IN, read_by=_ITS_READERS, rule=rules.may_see, fold=folds.fold_seen),
    fact(UrgencySet, said_by=ANYBODY_IN, read_by=_ITS_READERS, rule=rules.may_set_urgency, fold=folds.fold_urgency),
    fact(StepSet, said_by=ANYBODY_IN, read_by=_ITS_READERS, rule=rules.may_set_step, fold=folds.fold_step),
    fact(PartTaken, said_by=ANYBODY_IN, read_by=_ITS_READERS, rule=rules.may_move_part, fold=folds.fold_part),
    fact(PartFreed, said_by=ANYBODY_IN, read_by=_ITS_READERS, rule=rules.may_move_part, fold=folds.fold_part),
    fact(PartDone, said_by=ANYBODY_IN, read_by=_ITS_READERS, rule=rules.may_move_part, fold=folds.fold_part),
    fact(HelpBegun, said_by=ANYBODY_IN, read_by=_ITS_READERS, rule=rules.may_touch, fold=folds.fold_moved),
    fact(NeedGrown, said_by=ANYBODY_IN, read_by=_ITS_READERS, rule=rules.may_grow, fold=folds.fold_grown),
    fact(ReachFailed, said_by=_COORDINATION, read_by=_ITS_READERS, rule=rules.may_lose_touch, fold=folds.fold_reach),
    fact(ReachRegained, said_by=ANYBODY_IN, read_by=_ITS_READERS, rule=rules.may_touch, fold=folds.fold_reach),
    fact(NeedClosed, said_by=ANYBODY_IN, read_by=_ITS_READERS, rule=rules.may_close, fold=folds.fold_closed),
    fact(NeedReopened, said_by=ANYBODY_IN, read_by=_ITS_READERS, rule=rules.may_reopen, fold=folds.fold_reopened),
    fact(OfferMade, said_by=ANYBODY_IN, read_by=chosen("offer", "offer"), rule=rules.may_make_offer, fold=folds.fold_offer_made),
    fact(OfferPaused, said_by=ANYBODY_IN, read_by=_OFFER_READERS, rule=rules.may_move_offer, fold=folds.fold_offer_moved),
    fact(OfferResumed, said_by=ANYBODY_IN, read_by=_OFFER_READERS, rule=rules.may_move_offer, fold=folds.fold_offer_moved),
    fact(OfferUsedUp, said_by=ANYBODY_IN, read_by=_OFFER_READERS, rule=rules.may_move_offer, fold=folds.fold_offer_moved),
    fact(OfferClosed, said_by=ANYBODY_IN, read_by=_OFFER_READERS, rule=rules.may_move_offer, fold=folds.fold_offer_moved),
    fact(ListPartSent, said_by=TRUSTED_MEMBER, read_by=chosen("list", "import_code"), rule=lists.may_send_part, fold=lists.fold_part_sent),
    fact(ListImported, said_by=TRUSTED_MEMBER, read_by=chosen("list", "import_code"), rule=lists.may_import, fold=lists.fold_imported),
    fact(ImportUndone, said_by=TRUSTED_MEMBER, read_by=where("list_import", "import_code"), rule=lists.may_undo_import, fold=lists.fold_import_undone),
)
# fmt: on

AREA = Area(
    name="aid",
    title=mark("Needs and offers"),
    group="help",
    needs=("people", "tasks"),
    tables=TABLES,
    steps=(NEED_STEPS, PART_STEPS, OFFER_STEPS, KIND_STEPS, IMPORT_STEPS),
    seed=seed,
    passing=folds.passing,
    waiting=home.waiting,
    urgent=home.urgent,
    mine=home.mine,
    cards={"need": pages.need_card, "offer": pages.offer_card},
    facts=_FACTS,
    acts=ACTS,
    pages=(
        page("/aid", pages.list_page, menu=mark("Needs and offers")),
        page("/aid/page/{number}", pages.list_page),
        page("/aid/kind/{kind}", pages.kind_page),
        page("/aid/kind/{kind}/page/{number}", pages.kind_page),
        page("/aid/state/{state}", pages.state_page),
        page("/aid/state/{state}/page/{number}", pages.state_page),
        page("/aid/mine", pages.mine_page),
        page("/aid/offers", pages.offers_page),
        page("/aid/offers/page/{number}", pages.offers_page),
        page("/aid/offers/kind/{kind}", pages.offers_page),
        page("/aid/offers/kind/{kind}/page/{number}", pages.offers_page),
        page("/aid/offer/{offer}", pages.offer_page),
        page("/aid/kinds", pages.kinds_page),
        page("/aid/import/{import_code}", pages.list_import_page),
        page("/aid/import/{import_code}/page/{number}", pages.list_import_page),
        page("/aid/{need}", pages.need_page),
    ),
)
