"""What people choose to hear by mail, everywhere and in single projects, and when. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

ABOUT = ("personal", "everything", "nothing")  # personal: what speaks to one, or of what is one's own (Rule.personal)
PACE = ("instant", "hourly", "daily")
QUIET = timedelta(seconds=60)  # an instant mail waits so long for what follows
DEFAULT_HOUR = 8  # of daily mails
KEY = "mail"  # among a person's preferences


@dataclass(frozen=True)
class Choice:
    about: str = "personal"
    pace: str = "instant"


@dataclass(frozen=True)
class Choices:
    """A person's: `projects` holds what they chose otherwise there. `time_zone` "": the server's."""

    everywhere: Choice = Choice()
    projects: Mapping[str, Choice] = field(default_factory=dict)
    hour: int = DEFAULT_HOUR
    time_zone: str = ""

    @classmethod
    def of(cls, preferences: Mapping[str, Any]) -> "Choices":
        """From a person's preferences; what is not there, or is no choice any more, is the default."""
        kept = preferences.get(KEY) or {}
        return cls(
            everywhere=_choice(kept.get("everywhere")),
            projects={pk: _choice(one) for pk, one in (kept.get("projects") or {}).items()},
            hour=kept.get("hour", DEFAULT_HOUR),
            time_zone=kept.get("time_zone", ""),
        )

    def stored(self) -> dict[str, Any]:
        """As it stands among the preferences."""
        projects = {pk: asdict(one) for pk, one in self.projects.items()}
        return {"everywhere": asdict(self.everywhere), "projects": projects, "hour": self.hour, "time_zone": self.time_zone}

    def of_project(self, project_id: str) -> Choice:
        return self.projects.get(project_id, self.everywhere)

    def with_project(self, project_id: str, choice: Choice | None) -> "Choices":
        """The same with another choice for a project; None: as everywhere."""
        others = {pk: one for pk, one in self.projects.items() if pk != project_id}
        return replace(self, projects=others if choice is None else {**others, project_id: choice})

    def want(self, project_id: str, *, personal: bool) -> bool:
        about = self.of_project(project_id).about
        return about == "everything" or (about == "personal" and personal)

    def due(self, project_id: str, now: datetime, *, server_zone: str) -> datetime:
        """When what happens now is to be mailed."""
        match self.of_project(project_id).pace:
            case "hourly":
                return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
            case "daily":
                local = now.astimezone(zone(self.time_zone or server_zone))
                today = local.replace(hour=self.hour, minute=0, second=0, microsecond=0)
                day = today if today > local else today + timedelta(days=1)  # wall-clock days: right across a change of clocks
                return day.astimezone(UTC)
        return now + QUIET


def _choice(kept: Mapping[str, Any] | None) -> Choice:
    about, pace = (kept or {}).get("about"), (kept or {}).get("pace")
    default = Choice()
    return Choice(about if about in ABOUT else default.about, pace if pace in PACE else default.pace)


def zone(name: str) -> ZoneInfo:
    """The zone of that name; UTC if there is none (any more)."""
    return ZoneInfo(name if name in available_timezones() else "UTC")
