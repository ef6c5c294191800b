"""The units in which the walk's people work and its objects lie."""

from dataclasses import dataclass

PROVINCE, PROVINCE_BEFORE, OTHER_PROVINCE = "VN-24-2025", "VN-24-2008", "VN-68-2025"
MINISTRY, MINISTRY_BEFORE, OTHER_MINISTRY = "BTC", "BKHDT", "BCT"
CENTRE = "UBTDC"
# Labels of canaries that are no unit's: seen by both sides, by everybody who is signed in, by nobody.
SHARED, PUBLIC, SECRET = "SHARED", "PUBLIC", "SECRET"
PROVINCES = (PROVINCE, PROVINCE_BEFORE, OTHER_PROVINCE)
EVERYWHERE = (*PROVINCES, MINISTRY, MINISTRY_BEFORE, OTHER_MINISTRY)
HEIRS = {PROVINCE_BEFORE: PROVINCE, MINISTRY_BEFORE: MINISTRY}


@dataclass(frozen=True)
class Home:
    """Whose objects a person meets: the own unit's, its predecessor's, a neighbour's, one shared with the neighbour."""

    own: str
    before: str
    other: str
    shared: str = ""

    def place(self, relation: str) -> str:
        return getattr(self, relation)

    @property
    def relations(self) -> tuple[str, ...]:
        return ("own", "before", "other", "shared") if self.shared else ("own", "before", "other")


HOMES = {
    "province": Home(PROVINCE, PROVINCE_BEFORE, OTHER_PROVINCE, SHARED),
    "ministry": Home(MINISTRY, MINISTRY_BEFORE, OTHER_MINISTRY),
    # Who works nowhere or for all meets the province's objects.
    "centre": Home(PROVINCE, PROVINCE_BEFORE, OTHER_PROVINCE, SHARED),
    "": Home(PROVINCE, PROVINCE_BEFORE, OTHER_PROVINCE, SHARED),
}
