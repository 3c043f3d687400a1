"""How well texts fit a question: BM25 over words, and over pairs of characters where a script has no spaces.

Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009. The libraries for it want NumPy,
an index built anew for each question, and words from elsewhere for Chinese; for a person's few hundred items this does.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

_SATURATION: Final = 1.5
_LENGTH: Final = 0.75
_WORDS: Final = re.compile(r"[㐀-鿿]+|[^\W_㐀-鿿]+")
_ENDING: Final = re.compile(r"(?<=\w\w\w)(?:es|s|ing|ed)$")
_PLURAL: Final = re.compile(r"(?<=\w\w)ie[sd]$")
_DOUBLED: Final = re.compile(r"(\w)\1$")


def relevance(question: str, texts: Sequence[str]) -> list[float]:
    """Return for each text how well it fits the question; 0 where they have no word in common."""
    wanted = set(terms(question))
    documents = [Counter(terms(text)) for text in texts]
    lengths = [document.total() for document in documents]
    average = sum(lengths) / len(lengths) if any(lengths) else 1.0
    shared = [document.keys() & wanted for document in documents]
    having = Counter(term for found in shared for term in found)
    weights = {term: math.log(1 + (len(texts) - count + 0.5) / (count + 0.5)) for term, count in having.items()}

    def score(document: Counter[str], length: int, found: set[str]) -> float:
        least = _SATURATION * (1 - _LENGTH + _LENGTH * length / average)
        # In one order, so that the same texts have the same score to the last digit.
        return sum(
            weights[term] * document[term] * (_SATURATION + 1) / (document[term] + least) for term in sorted(found)
        )

    return [score(*each) for each in zip(documents, lengths, shared, strict=True)]


def terms(text: str) -> list[str]:
    """Return what of a text is compared: words without their commonest endings, Chinese in pairs of characters."""
    found: list[str] = []
    for word in _WORDS.findall(text.casefold()):
        if word[0] < "㐀" or len(word) == 1:
            found.append(_stem(word))
        else:
            found += [first + second for first, second in pairwise(word)]
    return found


@lru_cache(maxsize=8192)
def _stem(word: str) -> str:
    return _DOUBLED.sub(r"\1", _ENDING.sub("", _PLURAL.sub("y", word)))
