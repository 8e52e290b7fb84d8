"""The command line: results on stdout, progress and logs on stderr, exit code 0 on success only."""

from faqbot.cli.root import main

__all__ = ["main"]
