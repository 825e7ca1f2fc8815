"""``python -m jpegnet.build``: bring the book up to date; with ``--publish``, publish its run."""

import argparse
import sys


def _build(publish: bool) -> None:
    """Build, and say in the last lines how the run compares and where to open the site."""
    from jpegnet.build import published, site

    if publish:
        published.check_profile()  # before minutes are spent
        _train_headlines()
    with site.alone():
        built = site.build()
        if publish:
            print(f"Published this run in {published.write(built.run)}", flush=True)
            built = site.build()  # its page compares it with the published one
    print("The book is built." if built.changed else "The book is up to date; nothing changed.")
    if line := published.comparison(built.run)[0]:
        print(line)
    print(f"Open {built.folder / 'index.html'} (or: make serve)")


def _train_headlines() -> None:
    """Train what ``book/published/`` lacks, as the ``full`` profile does: hours, the first time."""
    from jpegnet.data import mnist
    from jpegnet.studies import headlines, roster

    wanted = roster.headlines()
    lacking = headlines.missing(wanted)
    new = headlines.publish(lacking, mnist.load()) if lacking else 0
    print(f"Of {len(wanted)} networks in book/published, {new} were trained now", flush=True)


def main(publish: bool = False) -> int:
    """Build; on failure, say in the last line what is wrong."""
    command = "make publish" if publish else "make book"
    try:
        # Here: Ctrl-C while they are imported is answered like any other.
        from jpegnet.build import faults, published, runner, site

        expected = (runner.NotebookError, site.SiteError, published.PublishedError)
        try:
            _build(publish)
        except (*expected, ValueError, OSError) as error:
            told = faults.told(error) if isinstance(error, OSError) else error
            print(f"{command} failed: {told}", file=sys.stderr)
            return 1
    except KeyboardInterrupt:
        print(f"{command} was interrupted; what was finished is kept", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m jpegnet.build", description=__doc__)
    parser.add_argument("--publish", action="store_true", help="write book/published.json anew")
    sys.exit(main(parser.parse_args().publish))
