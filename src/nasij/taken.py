"""The pages about a device that is taken: the report before a risk and after the fact, and its long lists some at a time."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from nasij.areas.incidents.facts import KIND as INCIDENT_KIND
from nasij.errors import NotHereYet, Refused
from nasij.exposure import (
    REASONS,
    Opening,
    Report,
    Said,
    Shown,
    Warned,
    kept_by,
    lying_in,
    of_another,
    of_this_room,
    open_cases,
    steps_of,
    warnings_of,
)
from nasij.kit import turns
from nasij.kit.field import mark
from nasij.kit.page import Page
from nasij.node import record
from nasij.node.node import Node
from nasij.resident import Resident
from nasij.web.body import Body
from nasij.web.server import Answer, Own, RoomPages

PATH = "/exposure"
FIRST_MOST = 5  # names on the first screen
NAMED_MOST = 20  # names under one reason on the report's own page; all of them stand on the pages behind it
NAMED_IN_A_ROW = 10
CIRCLES_MOST = CASES_MOST = 5
FOR_TRUSTED = mark("What another device shows is worked out by trusted members.")


def exposure_pages(resident: Resident) -> Mapping[str, Own]:
    """Return the pages by path."""
    pages = Exposure(resident)
    found = {
        PATH: Own(get=pages.mine, post=pages.looked),
        PATH + "/{member}": Own(get=pages.theirs, post=pages.planned),
    }
    for whose in (PATH, PATH + "/{member}"):
        for name, shown in (("people", pages.people), ("circles", pages.circles), ("cases", pages.cases)):
            found |= {f"{whose}/{name}": Own(get=shown), f"{whose}/{name}/page/{{number}}": Own(get=shown)}
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """A list of a report: whose device, its report, the path of the report's own page, the page of the list."""

    owner: str
    report: Report
    path: str
    number: str

    def some(self, name: str, found: list[Any]) -> dict[str, Any]:
        """Return what a page of the list shows, and the ways to the pages around."""
        most, before = turns.span(self.number)
        [shown], around = turns.shown(f"{self.path}/{name}", self.number, found[before : before + most])
        return {"owner": self.owner, "back": self.path, name: shown, **around}


class Exposure:
    """The report for oneself before a risk, and for somebody else after the fact; for one resident."""

    def __init__(self, resident: Resident) -> None:
        """Take the room."""
        self.resident = resident
        self._said: dict[str, Said] = {}
        self._looked = False

    async def mine(self, pages: RoomPages, request: Request) -> Answer:
        """Show what this device shows: open, locked, and after it was locked away."""
        node = self.resident.node
        values = {
            **_values(node, of_this_room(node, self._said), node.me),
            "has_backup": bool(node.secrets.kit),
            "lying": lying_in(self.resident.folder),
            "own_house": self.resident.gate.own_house,
            "looked": self._looked,
            "blind": [],
        }
        return pages.show(request, Page("exposure.html", values))

    async def looked(self, pages: RoomPages, _request: Request, _body: Body) -> Answer:
        """Look at what the hub still keeps, open what opens, and show the report again with it."""
        node = self.resident.node
        hub = self.resident.gate.client(node.secrets.hub)
        kept = await asyncio.to_thread(kept_by, hub, node.secrets.network)
        opening = Opening(node, kept)
        self._said = await asyncio.to_thread(opening.all)
        self._looked = True
        return pages.go(PATH)

    async def theirs(self, pages: RoomPages, request: Request) -> Answer:
        """Show what somebody else's device shows, as far as this room can know."""
        node, member = self.resident.node, request.path_params["member"]
        if not node.by().trusted:
            raise Refused(FOR_TRUSTED)
        if member == node.me:
            return pages.go(PATH)
        report, blind = self._of(member)
        return pages.show(request, Page("exposure.html", {**_values(node, report, member), "blind": blind}))

    def _of(self, member: str) -> tuple[Report, list[str]]:
        node = self.resident.node
        if member == node.me:
            return of_this_room(node, self._said), []
        if not node.db.execute("select 1 from member where member = ?", (member,)).fetchone():
            raise NotHereYet
        return of_another(node, member)

    async def planned(self, pages: RoomPages, request: Request, body: Body) -> Answer:
        """Make the warnings steps of a case."""
        node, member = self.resident.node, request.path_params["member"]
        if not node.by().trusted:
            raise Refused(FOR_TRUSTED)
        facts = steps_of(node, self._of(member)[0], body.one("response"))
        if facts:
            record.state(node, facts)
            self.resident.wrote()
        return pages.go(f"{PATH}/{member}")

    def _asked_about(self, request: Request) -> "Asked":
        """Return whose device a list is about; somebody else's is for trusted members."""
        node, at = self.resident.node, request.path_params
        owner = str(at.get("member", node.me))
        if owner != node.me and not node.by().trusted:
            raise Refused(FOR_TRUSTED)
        path = PATH if owner == node.me else f"{PATH}/{owner}"
        return Asked(owner, self._of(owner)[0], path, str(at.get("number", "1")))

    async def people(self, pages: RoomPages, request: Request) -> Answer:
        """Show everybody who is to be warned, in order."""
        asked = self._asked_about(request)
        values = asked.some("people", in_rows(asked.report))
        return pages.show(request, Page("exposure-people.html", values | {"warnings": warnings_of(self.resident.node)}))

    async def circles(self, pages: RoomPages, request: Request) -> Answer:
        """Show what each circle shows."""
        asked = self._asked_about(request)
        return pages.show(request, Page("exposure-circles.html", asked.some("circles", in_order(asked.report))))

    async def cases(self, pages: RoomPages, request: Request) -> Answer:
        """Show the cases that can take the warnings up."""
        asked = self._asked_about(request)
        values = asked.some("cases", cases_for(self.resident.node, asked.owner))
        return pages.show(request, Page("exposure-cases.html", values | {"kinds": INCIDENT_KIND}))


def cases_for(node: Node, owner: str) -> list[tuple[str, str, str]]:
    """Return the open cases in whose team one is, those about the device's owner first."""
    return sorted(open_cases(node) if node.by().trusted else [], key=lambda case: case[2] != owner)


def in_rows(report: Report) -> list[tuple[str, list[Warned]]]:
    """Return everybody to warn, a few in a row, each row with its reason."""
    found = []
    for rank, reason in REASONS.items():
        people = report.of_rank(rank)
        found += [(reason, people[n : n + NAMED_IN_A_ROW]) for n in range(0, len(people), NAMED_IN_A_ROW)]
    return found


def in_order(report: Report) -> list[Shown]:
    """Return the circles that are shown, those that everybody knows of first."""
    return sorted(report.shown, key=lambda circle: circle.private)


def _values(node: Node, report: Report, owner: str) -> dict[str, Any]:
    ranks = [(REASONS[rank], report.of_rank(rank)) for rank in REASONS]
    cases = cases_for(node, owner)
    private = sum(circle.private for circle in report.shown)
    return {
        "report": report,
        "first": report.warned[:FIRST_MOST],
        "owner": owner,
        "back": PATH if owner == node.me else f"{PATH}/{owner}",
        "today": node.by().day,
        "cases": cases[:CASES_MOST],
        "more_cases": max(0, len(cases) - CASES_MOST),
        "warnings": warnings_of(node),
        "kinds": INCIDENT_KIND,
        "ranks": [(reason, found[:NAMED_MOST], len(found)) for reason, found in ranks if found],
        "circles": in_order(report)[: len(report.shown) - private + CIRCLES_MOST],
        "more_private": max(0, private - CIRCLES_MOST),
    }
