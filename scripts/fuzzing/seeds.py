"""What the fuzzer starts from: small sound sources of every kind, of our own making."""

from __future__ import annotations

import json
from pathlib import Path

from tests.index.formats.office import paragraph, run, word_file
from tests.index.pdfs import lines, pdf, set_interview

ROOT = Path(__file__).resolve().parents[2]
_TALK = (
    ("Ann Lee", "Why did the bridge close?"),
    ("Bo Ray", "Because the bolts were gone. He told me, 'never'."),
    ("Ann Lee", "And then?"),
)
_SRT = "".join(
    f"{n}\n00:00:{n:02d},000 --> 00:00:{n + 1:02d},500\n{who}: {words}\n\n" for n, (who, words) in enumerate(_TALK * 2, 1)
)
_WORDS = [
    {"word": word, "start": n / 2, "end": n / 2 + 0.4, "speaker": n % 2} for n, word in enumerate("so it was gone".split())
]
_JSON = (
    {
        "id": "bridge",
        "title": "The bridge",
        "date": "2021-02-03",
        "turns": [{"speaker": who, "text": words} for who, words in _TALK],
    },
    {
        "segments": [
            {"start": n, "end": n + 1, "text": words, "speaker": f"SPEAKER_0{n % 2}"} for n, (_, words) in enumerate(_TALK)
        ]
    },
    {"results": {"channels": [{"alternatives": [{"transcript": "so it was gone", "words": _WORDS}]}]}},
    {"events": [{"tStartMs": n * 900, "dDurationMs": 900, "segs": [{"utf8": words}]} for n, (_, words) in enumerate(_TALK)]},
    {
        "transcript": {
            "sections": [
                {
                    "turns": [
                        {"speaker": {"name": who}, "text_blocks": [{"text": words, "start": 1.5, "stop": 2}]}
                        for who, words in _TALK
                    ]
                }
            ]
        }
    },
    {"meeting_transcripts": [{"speaker": who, "content": words} for who, words in _TALK]},
    [{"speaker": who, "text": words, "start": 1, "end": 2} for who, words in _TALK],
)
DOCX_BODY = "".join(paragraph(run(f"{who}: {words}")) for who, words in _TALK * 2)


def seeds_of(suffix: str) -> list[bytes]:
    """Sound sources with a suffix."""
    found = [path.read_bytes() for path in sorted((ROOT / "data" / "interviews").iterdir()) if path.suffix == suffix]
    found += [path.read_bytes() for path in sorted((ROOT / "tests" / "kinds").rglob(f"*{suffix}"))]
    return found + _made(suffix)


def _made(suffix: str) -> list[bytes]:
    made = _texts() | {".docx": [word_file(DOCX_BODY)], ".pdf": _pdfs()} if suffix in (".docx", ".pdf") else _texts()
    return made.get(suffix, [])


def _texts() -> dict[str, list[bytes]]:
    plain = "\n\n".join(f"{who}: {words}" for who, words in _TALK)
    rows = "\n".join(f'00:0{n}:00,{who},"{words}"' for n, (who, words) in enumerate(_TALK))
    vtt = _SRT.replace(",", ".")
    voices = vtt.replace("Ann Lee: ", "<v Ann Lee>").replace("Bo Ray: ", "- ")
    made = {
        ".txt": [plain, "\n".join(f"Q: {a}? A: {b}." for a, b in _TALK * 4), plain.replace(": ", "  00:12\n")],
        ".md": ["\n\n".join(f"**{words}**" if n % 2 == 0 else words for n, (_, words) in enumerate(_TALK * 3))],
        ".json": [json.dumps(value) for value in _JSON],
        ".jsonl": ["\n".join(json.dumps({"speaker": who, "text": words}) for who, words in _TALK)],
        ".csv": [f"time,speaker,text\n{rows}\n", rows.replace(",", ";")],
        ".tsv": ["\n".join(["speaker\ttext", *(f"{who}\t{words}" for who, words in _TALK)])],
        ".srt": [_SRT],
        ".vtt": ["WEBVTT\n\n" + vtt, "WEBVTT\nKind: captions\n\n" + voices],
        ".sbv": ["0:00:01.000,0:00:02.000\nANN: Why?\n\n0:00:02.000,0:00:04.000\n>> BO: So.\n"],
    }
    return {kind: [text.encode("utf-8") for text in texts] for kind, texts in made.items()}


def _pdfs() -> list[bytes]:
    talk = [f"{who}: {words}" for who, words in _TALK * 2]
    pages, _ = set_interview(talk, heading=("The bridge", "April 27, 2011"))
    return [pdf(*pages), pdf(lines("Q: Why did you stay?", "A: Nobody went away.", "Q: And then?"))]
