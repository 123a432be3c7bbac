"""The dashboard: one page is choose, call, show."""
