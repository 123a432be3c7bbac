"""Can a comparison be handed on as one file? A page that needs no network and no script.

Everything that comes from the data is escaped, the page forbids itself scripts and requests, and
figures are drawings of its own.
"""

from diversity.report.page import as_html, check_free, write_report

__all__ = ["as_html", "check_free", "write_report"]
