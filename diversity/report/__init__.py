"""Can a comparison, or a curation, be handed on as one file? A page without network or script.

Everything that comes from the data is escaped, the page forbids itself scripts and requests, and
figures are drawings of its own.
"""

from diversity.report.curated import curation_as_html, report_beside
from diversity.report.page import as_html, check_free, write_report

__all__ = ["as_html", "check_free", "curation_as_html", "report_beside", "write_report"]
