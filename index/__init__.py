"""From a source file to a searchable index: archive, turns, passages, vectors, words, generations.

Knows nothing of questions or answers: those are the package ``qa``, which reads what is built here
through :mod:`index.reader`.
"""
