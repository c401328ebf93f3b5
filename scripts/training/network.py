"""The judge as a torch module: the bundled encoder's transformer with a relevance head and a span head."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn
from transformers import AutoModel


class Judged(NamedTuple):
    """``relevance``: (n,) logits, higher is better. ``starts``, ``ends``: (n, length) logits, place 0 stands for "nowhere"."""

    relevance: Tensor
    starts: Tensor
    ends: Tensor


class JudgeNetwork(nn.Module):
    """Reads question, passage and what was said before together; see :mod:`qa.judge_input` for the layout.

    ``layers`` are how many of the encoder's are kept, the first ones; all when ``None``.
    """

    def __init__(self, folder: Path, *, layers: int | None = None) -> None:
        super().__init__()
        # No dropout: each example is seen once or twice, and masks cost a third of the time on a processor.
        self.encoder = AutoModel.from_pretrained(
            folder,
            attn_implementation="eager",  # twice as fast as sdpa backwards on a processor
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
            add_pooling_layer=False,
            local_files_only=True,
            **({"num_hidden_layers": layers} if layers else {}),
        )
        width = self.encoder.config.hidden_size
        self.relevance = nn.Sequential(nn.Linear(2 * width, width), nn.GELU(), nn.Linear(width, 1))
        self.span = nn.Linear(width, 2)
        self.encoder.embeddings.word_embeddings.weight.requires_grad_(False)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Judged:
        states = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        mean = (states * mask).sum(1) / mask.sum(1)
        relevance = self.relevance(torch.cat([states[:, 0], mean], dim=1)).squeeze(-1)
        starts, ends = self.span(states).unbind(-1)
        hidden = (1.0 - attention_mask.to(starts.dtype)) * -1e4
        return Judged(relevance.float(), (starts + hidden).float(), (ends + hidden).float())
