"""The three profiles: how much a run of the whole book does. One frozen object each."""

from jpegnet.kept import paths
from jpegnet.kept.chapters.whole import Settings
from jpegnet.kept.profiles.full import FULL
from jpegnet.kept.profiles.report import REPORT
from jpegnet.kept.profiles.smoke import SMOKE

PROFILES = {settings.profile: settings for settings in (SMOKE, REPORT, FULL)}


def current() -> Settings:
    """The settings of ``$JPEGNET_PROFILE`` (default: ``report``).

    Raises:
        ValueError: the variable names no profile.
    """
    name = paths.profile()
    if name not in PROFILES:
        raise ValueError(f"JPEGNET_PROFILE is {name!r}; choose one of {', '.join(PROFILES)}")
    return PROFILES[name]
