"""``python -m jpegnet.build``: bring the book up to date."""

import sys


def main() -> int:
    """Build, and say in the last line where to open it or what is wrong."""
    try:
        # Here: Ctrl-C while they are imported is answered like any other.
        from jpegnet.build import faults, runner, site

        try:
            with site.alone():
                built, changed = site.build()
        except (runner.NotebookError, site.SiteError, ValueError, OSError) as error:
            told = faults.told(error) if isinstance(error, OSError) else error
            print(f"make book failed: {told}", file=sys.stderr)
            return 1
    except KeyboardInterrupt:
        print("make book was interrupted; what was finished is kept", file=sys.stderr)
        return 130
    print("The book is built." if changed else "The book is up to date; nothing changed.")
    print(f"Open {built / 'index.html'} (or: make serve)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
