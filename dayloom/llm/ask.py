"""One request after another to the same model: what is changed each time, so that none is lost to identical tries."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dayloom.llm.failure import AttemptFailed, Remedy
from prompts.prompt import in_few_words
from state.prompt import Prompt


@dataclass(frozen=True)
class Ask:
    """What a model is asked, and how.

    `streamed` tells whether the answer may come in pieces, `few_words` whether a short one is asked for, `repeated`
    whether the same was asked twice although the server gave no reason to expect another answer.
    """

    prompt: Prompt
    streamed: bool = True
    few_words: bool = False
    repeated: bool = False

    def after(self, failed: AttemptFailed) -> Ask | None:
        """Return what to ask after a failure, None when nothing is left that could help."""
        match failed.remedy:
            case Remedy.WAIT:
                return self
            case Remedy.IN_ONE_PIECE | Remedy.LESS_IF_AGAIN if not self.repeated:
                return replace(self, repeated=True)
            case Remedy.IN_ONE_PIECE if self.streamed:
                return replace(self, streamed=False)
            case Remedy.LESS | Remedy.LESS_IF_AGAIN if self.prompt.brief is not None:
                return replace(self, prompt=self.prompt.brief())
            case Remedy.FEW_WORDS if not self.few_words:
                return replace(self, prompt=in_few_words(self.prompt), few_words=True)
            case _:
                return None
