"""All areas, in reading order: `ls areas/` is the list of what the system does."""

from nasij.areas.aid import AREA as AID
from nasij.areas.people import AREA as PEOPLE

AREAS = (PEOPLE, AID)
