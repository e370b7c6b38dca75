"""The profile: what a member says about themselves so that others can be with them safely.

Contact rules go to the people the member names, and to coordination if they say so, in a circle of their own. Capacity and
skills are for trusted members; skills that a list names wait until their member confirms them. Whom somebody avoids is known to their own room and to coordinators' rooms, which need it
for matching; no page but their own shows it. Whom somebody blocks never leaves their own room.
"""

from nasij.areas.profile import folds, named, pages
from nasij.areas.profile.acts import ACTS
from nasij.areas.profile.facts import (
    TABLES,
    AvoidEnded,
    AvoidStated,
    BlockEnded,
    BlockStated,
    CapacityStated,
    ContactReadersChosen,
    ContactRulesDropped,
    ContactRulesStated,
    NamedSkillDropped,
    NamedSkillsTakenBack,
    RestStated,
    SkillEnded,
    SkillsNamed,
    SkillStated,
)
from nasij.areas.profile.pages import resting, who_does
from nasij.kit.area import ANYBODY_IN, ONLY_ME, TRUSTED_MEMBER, TRUSTED_ONES, Area, circle, fact, page, where
from nasij.kit.field import mark
from nasij.kit.find import Found

__all__ = ["AREA", "resting", "who_does"]

AREA = Area(
    name="profile",
    title=mark("My profile"),
    group="me",
    needs=("people",),
    tables=TABLES,
    found=(
        Found(
            "contact_rule",
            "/profile /profile/contact/{member}",
            "name_to_use channels safe_hours cover never",
            mark("Contact rules"),
        ),
        Found("skill", "/profile /tasks/skills", "words", mark("Skills")),
        Found("named_skill", "/profile /profile/import/{import_code}", "words", mark("Skills")),
    ),
    facts=(
        fact(
            ContactReadersChosen,
            said_by=ANYBODY_IN,
            read_by=circle("contact", "member"),
            rule=folds.may_say_of_myself,
            fold=folds.fold_readers_chosen,
        ),
        fact(
            ContactRulesStated,
            said_by=ANYBODY_IN,
            read_by=circle("contact", "member"),
            rule=folds.may_say_of_myself,
            fold=folds.fold_contact_stated,
        ),
        fact(
            ContactRulesDropped,
            said_by=ANYBODY_IN,
            read_by=circle("contact", "member"),
            rule=folds.may_drop_contact,
            fold=folds.fold_contact_dropped,
        ),
        fact(CapacityStated, said_by=TRUSTED_MEMBER, read_by=TRUSTED_ONES, fold=folds.fold_capacity),
        fact(RestStated, said_by=TRUSTED_MEMBER, read_by=TRUSTED_ONES, rule=folds.may_state_rest, fold=folds.fold_rest),
        fact(
            AvoidStated, said_by=ANYBODY_IN, read_by=folds.AVOID_READERS, rule=folds.may_avoid, fold=folds.fold_avoided
        ),
        fact(
            AvoidEnded,
            said_by=ANYBODY_IN,
            read_by=folds.AVOID_READERS,
            rule=folds.may_end_avoid,
            fold=folds.fold_avoid_ended,
        ),
        fact(BlockStated, said_by=ANYBODY_IN, read_by=ONLY_ME, rule=folds.may_block, fold=folds.fold_blocked),
        fact(BlockEnded, said_by=ANYBODY_IN, read_by=ONLY_ME, rule=folds.may_end_block, fold=folds.fold_block_ended),
        fact(
            SkillStated, said_by=TRUSTED_MEMBER, read_by=TRUSTED_ONES, rule=folds.may_add_skill, fold=folds.fold_skill
        ),
        fact(
            SkillEnded,
            said_by=TRUSTED_MEMBER,
            read_by=where("skill", "skill"),
            rule=folds.may_end_skill,
            fold=folds.fold_skill_ended,
        ),
        fact(
            SkillsNamed,
            said_by=TRUSTED_MEMBER,
            read_by=circle("naming", "naming"),
            rule=named.may_name,
            fold=named.fold_named,
        ),
        fact(
            NamedSkillDropped,
            said_by=TRUSTED_MEMBER,
            read_by=where("named_skill", "named"),
            rule=named.may_drop_named,
            fold=named.fold_named_dropped,
        ),
        fact(
            NamedSkillsTakenBack,
            said_by=TRUSTED_MEMBER,
            read_by=where("named_skill", "naming"),
            rule=named.may_take_back,
            fold=named.fold_taken_back,
        ),
    ),
    acts=ACTS,
    waiting=named.waiting,
    pages=(
        page("/profile", pages.profile_page, menu=mark("My profile")),
        page("/profile/contact/{member}", pages.contact_page),
        page("/profile/import/{import_code}", pages.named_list_page),
    ),
    passing=folds.passing,
)
