"""What a build has run, for how long, and on what."""

import platform

from jpegnet.build import chain
from jpegnet.kept import paths
from jpegnet.pages import notebooks


def table(executions: dict[str, chain.Execution]) -> str:
    """What ran, for how long, on what: a page fragment in Markdown."""
    rows = [f"| `{name}` | {run.seconds:.1f} |" for name, run in executions.items()]
    total = sum(run.seconds for run in executions.values())
    versions = {k: v for name in executions for k, v in notebooks.depends(name).versions.items()}
    used = [f"{name} {version}" for name, version in sorted(versions.items())]
    machine = f"{platform.system()} {platform.machine()}, {_processor()}"
    return "\n".join(
        [
            f"Profile `{paths.profile()}`; {machine}; {', '.join(used)}.",
            "",
            "| notebook | seconds |",
            "|---|--:|",
            *rows,
            f"| all | {total:.1f} |",
            "",
        ]
    )


def _processor() -> str:
    from jpegnet.kept.compute import cores, device  # here: torch takes seconds to import

    return f"{cores()} cores, computing on {'a GPU' if device().type == 'cuda' else 'the CPU'}"
