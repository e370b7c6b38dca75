"""Somebody for whom every area has something waiting: a row or two each, as its facts would have left them."""

from typing import Any

from nasij.ids import new_id
from nasij.kit.rows import put
from tests.tabletop import TableTop

A_NEED, AN_INCIDENT, A_CHECKIN = "n" * 16, "i" * 16, "c" * 16


def much_waits(top: TableTop) -> str:
    """Return a member who holds all roles; nineteen areas want something of them."""
    huda, sami = top.member("trusted", "cases", "fund", "members", "machines"), top.member()
    for table, row in rows_of(huda, sami, top.hour, top.day):
        put(top.db, table, audience=row.pop("audience", "trusted"), **row)
    return huda


def rows_of(huda: str, sami: str, hour: int, day: int) -> list[tuple[str, dict[str, Any]]]:
    """Return the rows by table. People ask for a name by themselves."""
    circle = f"checkin/{A_CHECKIN}"
    late = {"until": hour - 1, "grace": 5, "set_at": hour - 9}
    return [
        ("named_skill", {"member": huda, "words": "Cooking", "level": "does"}),
        ("freeze", {"member": sami, "state": "frozen"}),
        ("piece", {"piece": new_id(), "member": sami, "friend": huda, "state": "asked"}),
        ("task", {"task": new_id(), "organiser": sami, "state": "proposed", "risk": "high", "due": day + 1}),
        ("need", {"need": A_NEED, "rank": 0, "state": "open", "asked_by": sami, "asked_at": hour - 30, "next_owner": huda, "next_on": day + 3}),
        ("part", {"need": A_NEED, "part": new_id(), "state": "open"}),
        ("ask", {"ask": new_id(), "need": A_NEED, "helper": huda, "state": "asked", "asked_at": hour, "window": 9}),
        ("commitment", {"commitment": A_NEED, "need": A_NEED, "asker": huda, "helper": sami, "state": "accepted"}),
        ("case_file", {"case_id": A_NEED, "need": A_NEED, "commitment": A_NEED, "next_owner": huda, "next_on": day}),
        ("case_person", {"case_id": A_NEED, "member": huda, "part": "asker", "state": "in"}),
        ("proposal", {"proposal": A_NEED, "made_by": huda, "state": "discussion"}),
        ("objection", {"objection": new_id(), "proposal": A_NEED, "by_member": sami, "state": "raised"}),
        ("pot", {"pot": new_id(), "state": "proposed", "opened_by": sami, "keeper": sami, "currency": "EUR"}),
        ("household", {"household": new_id(), "asked_by": sami, "other": huda, "state": "asked"}),
        ("saving_pair", {"pair": new_id(), "saving": new_id(), "organiser": sami, "member": huda, "state": "sent"}),
        ("incident", {"incident": AN_INCIDENT, "state": "reported", "severity": "now", "reported_by": sami, "reported_at": hour}),
        ("incident_told", {"incident": AN_INCIDENT, "member": huda}),
        ("checkin", {"checkin": A_CHECKIN, "about": sami, "state": "set", "audience": circle, **late}),
        ("checkin_watcher", {"checkin": A_CHECKIN, "member": huda, "state": "taken", "audience": circle}),
        ("holder", {"of": circle, "who": huda, "audience": circle}),
        ("sealed_file", {"sealed_file": A_NEED, "member": sami, "state": "sealed", "version": 1}),
        ("file_opener", {"sealed_file": A_NEED, "member": huda, "state": "in"}),
        ("stay", {"stay": new_id(), "host": huda, "guest": sami, "state": "asked"}),
        ("escalation", {"escalation": new_id(), "state": "raised", "helper": huda, "person": sami}),
        ("action", {"action": new_id(), "state": "proposed", "lead": sami}),
        ("story", {"story": new_id(), "state": "telling", "member": huda, "readers": sami}),
        ("report", {"report": new_id(), "member": sami, "made_on": day}),
    ]  # fmt: skip
