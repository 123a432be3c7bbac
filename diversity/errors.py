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
    * ComparisonError
    * LLMError
        * AnswerError
        * RefusedError
        * UnavailableError
        * UnauthorizedError
        * CapReachedError
    * AgentError
        * CriteriaError
        * RunFileError
    * StoreError
    * PlanError
    * ManifestError
    * ExportError

A wrong *argument* stays a ``ValueError`` or ``TypeError``. Anything else that escapes is a bug.
"""

from diversity.usage import Usage

LONGEST = 600


class DiversityError(Exception):
    """Something the user can mend: a message, and a hint that says how.

    Parameters
    ----------
    message : str
        What is wrong and where, in one sentence.
    hint : str, default=""
        What to do about it.

    Notes
    -----
    Both may quote data, and data may be endless: of more than 600 characters the middle is left
    out.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        self.message, self.hint = _readable(message), _readable(hint)
        super().__init__(self.message)

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()


def _readable(text: str) -> str:
    half = LONGEST // 2
    return text if len(text) <= LONGEST else f"{text[:half]} … {text[-half:]}"


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


class ComparisonError(DiversityError):
    """Groups cannot be compared."""


class LLMError(DiversityError):
    """A call to a language model failed.

    One that is none of the kinds below is a request that the server will never accept, such as an
    unknown parameter: every other request of the same form will fail too.

    Parameters
    ----------
    message, hint : str
        As in `DiversityError`; never with a key in them.
    usage : Usage, optional
        What was spent all the same, see `diversity.usage`; none by default.
    """

    def __init__(self, message: str, hint: str = "", usage: Usage | None = None) -> None:
        super().__init__(message, hint)
        self.usage = usage or Usage()


class AnswerError(LLMError):
    """The model answered, and no answer could be read, not even after it was told what is wrong.

    Parameters
    ----------
    message, hint, usage
        As in `LLMError`.
    texts : tuple of str
        What it answered, in order.
    """

    def __init__(
        self,
        message: str,
        hint: str = "",
        usage: Usage | None = None,
        texts: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message, hint, usage)
        self.texts = texts


class RefusedError(LLMError):
    """The model declined: a refusal, a content filter, or texts longer than it can read."""


class UnavailableError(LLMError):
    """No answer after all tries: network, server errors, rate limits, timeouts."""


class UnauthorizedError(LLMError):
    """Key, permission, credit or the model itself is missing: no later call can succeed."""


class CapReachedError(LLMError):
    """The limit in money or calls is reached; raised before a call is made."""


class AgentError(DiversityError):
    """The cluster-agent cannot be run as asked, or its runs not be put side by side."""


class CriteriaError(AgentError):
    """Criteria are empty, ambiguous or not readable."""


class RunFileError(AgentError):
    """A file holds no run of the cluster-agent, or a broken one."""


class StoreError(DiversityError):
    """The store on disk cannot be read or written."""


class PlanError(DiversityError):
    """A curation plan cannot be read or applied."""


class ManifestError(DiversityError):
    """A manifest cannot be read, or belongs to other records."""


class ExportError(DiversityError):
    """Records cannot be written out."""
