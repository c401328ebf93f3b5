"""What somebody would write in an afternoon: thirty_lines.py MODEL FOLDER QUESTION"""

import json
import sys
from pathlib import Path

import faiss
from sentence_transformers import SentenceTransformer


class Search:
    def __init__(self, model: str, folder: Path) -> None:
        self.model = SentenceTransformer(model, local_files_only=True)
        self.folder = folder
        self.index = faiss.read_index(str(folder / "flat.faiss"))
        self.texts = json.loads((folder / "flat.json").read_text())

    def ask(self, question: str, k: int = 5) -> list[str]:
        vector = self.model.encode([question], normalize_embeddings=True, show_progress_bar=False)
        _, rows = self.index.search(vector, k)
        return [self.texts[row] for row in rows[0]]

    def add(self, texts: list[str]) -> None:
        self.index.add(self.model.encode(texts, normalize_embeddings=True, show_progress_bar=False))
        self.texts += texts
        faiss.write_index(self.index, str(self.folder / "flat.faiss"))
        (self.folder / "flat.json").write_text(json.dumps(self.texts))


if __name__ == "__main__":
    print("\n\n".join(Search(sys.argv[1], Path(sys.argv[2])).ask(sys.argv[3])))
