"""Everything that can go wrong and that a user can mend.

* DiversityError
    * DatasetError
        * UnreadableFileError
        * MissingColumnError
        * EmptyDatasetError
    * FilterError
    * EmbeddingError
        * ModelUnavailableError
    * TooFewRecordsError
    * UndefinedScoreError
    * LLMError
    * StoreError
    * ExportError

A wrong *argument* stays a ``ValueError`` or ``TypeError``. Anything else that escapes is a bug.
"""


class DiversityError(Exception):
    """Something the user can mend: a message, and a hint that says how.

    Parameters
    ----------
    message : str
        What is wrong and where, in one sentence.
    hint : str, default=""
        What to do about it.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()


class DatasetError(DiversityError):
    """A file or a table cannot become a dataset."""


class UnreadableFileError(DatasetError):
    """A file is missing, of an unknown format, or broken."""


class MissingColumnError(DatasetError):
    """A named column is not in the dataset."""


class EmptyDatasetError(DatasetError):
    """No record with text is left."""


class FilterError(DiversityError):
    """A filter cannot be read or applied."""


class EmbeddingError(DiversityError):
    """Texts cannot become vectors."""


class ModelUnavailableError(EmbeddingError):
    """The embedding model cannot be loaded here."""


class TooFewRecordsError(DiversityError):
    """A stage needs more records than there are."""


class UndefinedScoreError(DiversityError):
    """A score has no meaning for these records."""


class LLMError(DiversityError):
    """A call to a language model failed."""


class StoreError(DiversityError):
    """The store on disk cannot be read or written."""


class ExportError(DiversityError):
    """Records cannot be written out."""
