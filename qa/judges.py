"""Which judge reads: the bundled one, or another by name or path."""

from __future__ import annotations

from pathlib import Path

from qa.judge_model import CARD, Judge, TrainedJudge, bundled_judge_folder


def open_judge(name: str | None = None) -> Judge:
    """The bundled judge, or the CrossEncoder of that name or path; raises :class:`~index.errors.ModelError`."""
    if name is None:
        return TrainedJudge(bundled_judge_folder())
    folder = Path(name).expanduser()
    if (folder / CARD).exists():
        return TrainedJudge(folder)
    from qa.cross_encoder import CrossEncoderJudge

    return CrossEncoderJudge(name)
