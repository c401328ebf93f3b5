"""The errors of asking, under the same base as the indexer's (:mod:`index.errors`).

::

    OnrecordError
    ├── BadQuestion      the question can't be asked (empty, too long)
    ├── BadSetting       an option, an environment variable or the settings file says something impossible
    ├── AlteredQuote     a quote is not its slice of the source: a defect, and never shown
    └── ServiceFailed    the service that was asked over HTTP did not answer

That nothing is on record is no error: it is an :class:`~qa.answer.Answer` with a reason.
"""

from __future__ import annotations

from index.errors import OnrecordError


class BadQuestion(OnrecordError):
    """The question can't be asked."""


class BadSetting(OnrecordError):
    """A setting has a value that it can't have."""

    def __init__(self, name: str, value: object, expected: str) -> None:
        self.name = name
        self.value = value
        super().__init__(f"{name} is {value!r}. Expected {expected}.")


class AlteredQuote(OnrecordError):
    """What was about to be answered is not what stands in the source."""

    def __init__(self, passage_id: str, detail: str) -> None:
        self.passage_id = passage_id
        super().__init__(
            f"The quote {passage_id} is not what stands in its source ({detail}). It is not shown. Run: onrecord verify"
        )


class ServiceFailed(OnrecordError):
    """The service that was asked did not answer as agreed."""
