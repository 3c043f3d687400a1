"""Every Redis key of dayloom: its name, its owner and how long it lives.

A name reads `dayloom:1:{<owner>/<thread>}:<kind>`. What stands in braces is the hash tag, so all keys of a
thread share one slot of a cluster and one script may touch them all. Owner and thread are percent-encoded: no id can
leave its place in the name.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final
from urllib.parse import quote

SCHEMA: Final = 5
"""Which names there are and how what they hold is laid out; a store is marked with it."""
NAMESPACE: Final = "dayloom:1"
"""What every name but the marker's begins with; schemas from the first on have shared it."""
LOCAL_OWNER: Final = "local"


ACTIVE: Final = f"{NAMESPACE}:active"
"""Hash over all owners: `owner/thread` -> its workspace, for every thread that may have a run to go on with."""


class KeyKind(StrEnum):
    """What a key holds; the last part of its name."""

    INDEX = "index"
    """Sorted set (all scores 0) of `namespace NUL checkpoint id`, so that the newest is found without reading any."""
    CHECKPOINTS = "checkpoints"
    """Hash: index member -> checkpoint record (without channel values)."""
    CHANNELS = "channels"
    """Hash: `namespace NUL channel NUL version` -> channel value, written once however many checkpoints share it."""
    WRITES = "writes"
    """Hash: index member -> the pending writes of that checkpoint, one frame per `put_writes`, in order of arrival."""
    PREVIEW = "preview"
    """Hash with `version`, `value` and, when the schedule lies there, `blob`: the newest preview of the thread."""
    BLOBS = "blobs"
    """Hash: number -> a value that steps refer to, written once however many steps share it."""
    HEAD = "head"
    """Hash of counters and short texts: fence, cancel epoch, newest step, active run, end of the audit chain."""
    LEASE = "lease"
    """String: which run holds the thread; expires unless it is renewed."""
    CARDS = "cards"
    """Hash: the interrupt records, `<id> NUL <part>`; one answer each."""
    TRANSCRIPT = "transcript"
    """List: what each step added to the conversation."""
    EVENTS = "events"
    """Followed by `:<run id>`, a stream: what the run told, each entry named by the index of its first event."""
    RUNS = "runs"
    """Hash: run id -> its status, and once it has ended `:` and the number of its events."""
    AUDIT = "audit"
    """List: audit records, each with the digest of the one before it."""
    INBOX = "inbox"
    """Hash: run id -> the request it is to carry out, until it has taken it up."""
    QUEUE = "queue"
    """List: the runs that were accepted and have not taken up their request, oldest first."""
    REQUESTS = "requests"
    """Hash: run id -> what it was asked to do, without a schedule."""
    LATER = "later"
    """Hash: run id -> a run that is to begin later, until it is one of the thread's runs."""
    WORKSPACES = "workspaces"
    """Hash of the owner: workspace -> the thread whose run is at work in it."""
    THREADS = "threads"
    """Set of the owner's thread ids; may name a thread that has no checkpoint yet."""
    CHATS = "chats"
    """Strings `<name>:<digest>` -> the thread of a chat whose client names none; each expires by itself."""
    BOOK = "book"
    """Hash: thread id -> what the owner noted about the thread: metadata, and when."""
    CALENDAR = "calendar"
    """Hash: the owner's calendar as given (`text`), its `version`, and the operation each thread has yet to finish."""
    BOOKED = "booked"
    """Hash: UID -> an entry that was written into the calendar from a draft."""
    COMMITS = "commits"
    """List: what was written together, newest last, with what is needed to take it back."""
    TASKS = "tasks"
    """Hash: task id -> a task to be placed, as it was given."""
    RECEIPTS = "receipts"
    """Hash: operation -> what it was asked and answered; also a ring that says which are the oldest."""
    JOBS = "jobs"
    """Hash: job id -> the job, and `NUL job id` -> its version and the operation that brought it there."""
    NEWS = "news"
    """Stream: what the owner is told outside any run, each entry named by its number; the newest thousand."""
    JOB_LOG = "joblog"
    """Followed by `:<job id>`, a list: the lines of a job's log."""
    MAIL = "mail"
    """Hash: message id -> a message to the owner, `NUL id` -> that it was read; with `:order`, when each came."""
    OUTBOX = "outbox"
    """Hash: post id -> what is on its way to a webhook or an e-mail address, or what came of it."""
    CONTACT = "contact"
    """String: where the owner wants to be told beside the inbox."""
    ITEMS = "items"
    """Hash: `namespace NUL NUL key` -> an item of long-term memory; the labels of a namespace are joined by NUL."""
    ITEM_INDEX = "itemindex"
    """Sorted set (all scores 0) of the fields of the items, so that what lies below a namespace is found by a range."""
    ITEM_TIMES = "itemtimes"
    """Hash: field of an item -> when it was made and changed, how long it lives (ms), its bytes; '' -> bytes of all."""
    ITEM_ENDS = "itemends"
    """Sorted set: field of an item -> when, in ms, it is forgotten unless somebody reads it."""


OWNER_KINDS: Final = frozenset(
    {
        KeyKind.WORKSPACES,
        KeyKind.THREADS,
        KeyKind.CHATS,
        KeyKind.BOOK,
        KeyKind.CALENDAR,
        KeyKind.BOOKED,
        KeyKind.COMMITS,
        KeyKind.TASKS,
        KeyKind.RECEIPTS,
        KeyKind.JOBS,
        KeyKind.JOB_LOG,
        KeyKind.NEWS,
        KeyKind.MAIL,
        KeyKind.OUTBOX,
        KeyKind.CONTACT,
        KeyKind.ITEMS,
        KeyKind.ITEM_INDEX,
        KeyKind.ITEM_TIMES,
        KeyKind.ITEM_ENDS,
    }
)
"""What is kept as long as its owner has data."""
THREAD_KINDS: Final = tuple(kind for kind in KeyKind if kind not in OWNER_KINDS)
"""What is deleted with its thread, and never expires under a person who has a card open."""


@dataclass(frozen=True)
class ThreadKeys:
    """The names of all keys of one thread of one owner."""

    owner: str
    thread: str

    def of(self, kind: KeyKind) -> str:
        """Return the name of one key."""
        return _stem(self.owner, self.thread) + kind

    def log(self, run: str) -> str:
        """Return the name of a run's event log, which is also the channel that announces what is new in it."""
        return f"{self.of(KeyKind.EVENTS)}:{run}"

    def all(self) -> tuple[str, ...]:
        """Return every key that goes when the thread goes, but for the logs of its runs."""
        return tuple(self.of(kind) for kind in THREAD_KINDS)


@dataclass(frozen=True)
class OwnerKeys(ThreadKeys):
    """The names of the keys that belong to one owner and to no single thread."""

    thread: str = ""

    def of(self, kind: KeyKind) -> str:
        """Return the name of one key."""
        return owner_key(self.owner, kind)


@lru_cache(maxsize=1024)
def _stem(owner: str, thread: str) -> str:
    return f"{NAMESPACE}:{{{_part(owner)}/{_part(thread)}}}:"


def owner_key(owner: str, kind: KeyKind) -> str:
    """Return the name of a key that belongs to an owner and to no single thread."""
    return f"{NAMESPACE}:{{{_part(owner)}}}:{kind}"


def _part(text: str) -> str:
    return quote(text, safe="")


TOKENS: Final = f"{NAMESPACE}:tokens"
"""Hash: token id -> what is known of an access token; as long as the installation, or until it is revoked."""
DUE: Final = f"{NAMESPACE}:due"
"""Sorted set over all owners: `owner/job`, or `owner/id/kind` -> when, in seconds, somebody must look at it next."""
JOB_OWNERS: Final = f"{NAMESPACE}:jobowners"
"""Set of the owners that may have jobs."""
WORKERS: Final = f"{NAMESPACE}:workers"
"""Sorted set over all owners: `agent/owner/job/attempt` -> until when, in seconds, its program is taken to be alive."""
FEEDS: Final = f"{NAMESPACE}:feeds"
"""Hash: feed id -> what is known of an address that calendar programs read; until it is revoked."""


def session_key(digest: str) -> str:
    """Return the name of the string that tells whose session a secret with this digest is; it expires by itself."""
    return f"{NAMESPACE}:session:{digest}"


def manner_key(api: str, model: str) -> str:
    """Return the name of the string that says how a model at an address is asked; it expires by itself."""
    return f"{NAMESPACE}:manner:{quote(api, safe='')}/{quote(model, safe='')}"
