"""The built-in model: a small fixed grammar, English and Chinese, that needs no network and says what it is.

One reply goes through the room in four steps:

1. *What was said.* `masks` hides titles, days and times behind one character each (`words`, `clock`, `duration` and
   `whereabouts` find days and times, `places` reads them). `grammar` holds the sentences as tables, `reader` finds
   them in a text, `builders`, `items`, `event_words` and `repeat_words` turn each into `requests`: small values such
   as `MoveTask("essay", to=…)`. A new sentence is a line in a table; a new kind of sentence is a table, a `Kind`, a
   request and a builder. Every word is accounted for: what no sentence, list or title holds is left over, and then
   nothing of the text is done; `vocabulary` and `nearest` say which words those are and what is known instead.
2. *What is wanted now.* `dialogue` adds up the words of the open turn: answers, corrections, further limits. `facts`
   puts the state, these wishes and what the tools answered beside each other; `task_names` finds tasks by name, `grid`
   and `limits` tie days and times to the schedule, `place_check` asks about those that are open or none.
3. *What to do next.* `next_act` picks one act (`act`) for a request: `moves` for one or two tasks, `plans` for many,
   `calendar` and `events` for the calendar, `listing` and `parts` for the list of tasks, `said_limits` for what all
   plans keep to, `answers` and `outlook` for questions.
4. *What is answered.* `decision` makes a decision of the acts, or the final text; `wording` says places, tasks and
   changes with the sentences of `phrases` (`english`, `chinese`); `model` is the port.
"""

from dayloom.offline.model import OfflineModel

__all__ = ["OfflineModel"]
