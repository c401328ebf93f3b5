"""Documents with vectors: each passage's own, in order, some hundred at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from index.embedding import BATCH_TEXTS, Cut, embed_documents
from index.models import Vectors
from index.records import Asked, Document, Metadata, Passage, Role, Source, Span
from tests.encoders import DIMENSION, WordHashEncoder


class Counting(WordHashEncoder):
    """Notes how many texts come at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[int] = []

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.calls.append(len(texts))
        return super().encode_passages(texts)


def cut(name: str, *answers: str, contexts: Sequence[str] = ()) -> Cut:
    """A document whose answers all answer the question "What of it?"."""
    question = "What of it?"
    text = question
    passages: list[Passage] = []
    asked = Asked(0, Span(0, len(question)), "Ian")
    for words in (*answers, *contexts):
        span = Span(len(text) + 1, len(text) + 1 + len(words))
        text += " " + words
        is_answer = len(passages) < len(answers)
        passages.append(Passage(1, span, "Jane", Role.INTERVIEWEE, asked if is_answer else None, (span,), is_answer=is_answer))
    source = Source(Path(f"/in/{name}"), text.encode(), "")
    return Document(name, source, text, Metadata(), (), ()), tuple(passages)


def test_every_answer_has_its_own_two_vectors(encoder: WordHashEncoder) -> None:
    """Row n of each matrix is the vector of answer n: of the answer alone, and of the answer after its question."""
    answers = ("Whales sing at night.", "No.", "Ships pass by the old harbour wall.")
    (embedded,) = embed_documents([cut("a", *answers)], encoder)
    assert [passage.span.cut(embedded.document.text) for passage in embedded.answers] == list(answers)
    for row, words in enumerate(answers):
        np.testing.assert_array_equal(embedded.answer_vectors[row], encoder.encode_query(words))
        np.testing.assert_array_equal(embedded.asked_vectors[row], encoder.encode_query(f"What of it? {words}"))


def test_context_is_not_embedded(encoder: WordHashEncoder) -> None:
    """What an interviewer or a narrator said goes along without a vector."""
    (embedded,) = embed_documents([cut("a", "An answer here.", contexts=["Narration beside it."])], encoder)
    assert len(embedded.answers) == len(embedded.answer_vectors) == len(embedded.asked_vectors) == 1
    assert [passage.span.cut(embedded.document.text) for passage in embedded.contexts] == ["Narration beside it."]
    assert not any("Narration" in text for text in encoder.encoded)


def test_a_document_without_answers_has_empty_matrices(encoder: WordHashEncoder) -> None:
    """A document of context alone has matrices of no rows and the model's width."""
    (embedded,) = embed_documents([cut("a", contexts=["Narration only."])], encoder)
    assert embedded.answer_vectors.shape == embedded.asked_vectors.shape == (0, DIMENSION)


def test_equal_texts_are_embedded_once(encoder: WordHashEncoder) -> None:
    """A sentence that is said in several documents goes to the model once and gets the same vector everywhere."""
    one, two = embed_documents([cut("a", "I was there."), cut("b", "Before.", "I was there.")], encoder)
    assert encoder.encoded.count("I was there.") == 1
    np.testing.assert_array_equal(one.answer_vectors[0], two.answer_vectors[1])


def test_no_documents_need_no_vectors(encoder: WordHashEncoder) -> None:
    """Nothing in, nothing out, and nothing embedded."""
    assert list(embed_documents([], encoder)) == []
    assert encoder.encoded == []


@pytest.mark.parametrize("sizes", [[BATCH_TEXTS * 3], [1] * 700, [200, 1, 400, 0, 55]])
def test_batches_are_bounded_and_keep_the_order(sizes: Sequence[int]) -> None:
    """However documents are sized, the model gets a bounded number of texts at a time and each vector stays in its place."""
    model = Counting()
    documents = [cut(f"d{n}", *(f"Said {n} and {m}." for m in range(size))) for n, size in enumerate(sizes)]
    embedded = list(embed_documents(documents, model))
    assert max(model.calls) <= BATCH_TEXTS
    assert [one.document.id for one in embedded] == [f"d{n}" for n in range(len(sizes))]
    for one, size in zip(embedded, sizes, strict=True):
        assert len(one.answer_vectors) == size
        for passage, vector in zip(one.answers, one.answer_vectors, strict=True):
            np.testing.assert_array_equal(vector, model.encode_query(passage.span.cut(one.document.text)))


def test_documents_are_read_as_they_are_needed(encoder: WordHashEncoder) -> None:
    """A long run holds some documents at a time, not all that are to come."""
    taken = 0

    def coming() -> Iterator[Cut]:
        nonlocal taken
        for number in range(10_000):
            taken += 1
            yield cut(f"d{number}", f"Said {number}.")

    next(embed_documents(coming(), encoder))
    assert taken <= BATCH_TEXTS


def test_layout_is_not_embedded(encoder: WordHashEncoder) -> None:
    """Line breaks and runs of blanks of a source are squeezed: models read words."""
    list(embed_documents([cut("a", "Two\n   lines,\t one sentence.")], encoder))
    assert "Two lines, one sentence." in encoder.encoded
