"""See how diverse synthetic text is, where it is redundant, and which prompt made it so."""

__version__ = "0.1.0"
