"""The Lua scripts of workspace locks: one run at a time works in each of an owner's workspaces."""

from __future__ import annotations

from typing import Final

from dayloom.stores.redis.keys import KeyKind
from dayloom.stores.redis.round_trips import NamedScript, Script

LOCK: Final = NamedScript(
    """
-- Everything of the owner that is due before a request is accepted, in one round trip: locks the workspace ('' for
-- none) unless another lock than `replacing` stands there, and enters the thread among the owner's if `enters` is 1.
-- The field '\\0<thread>' is there while a thread waits for the workspace that is its value.
-- Returns {'locked', the other lock}, or {'taken', the operation of the calendar that the thread has yet to follow}.
if workspace ~= '' then
  local found = redis.call('HGET', WORKSPACES, workspace)
  if found and found ~= replacing and found ~= lock then return {'locked', found} end
  redis.call('HSET', WORKSPACES, workspace, lock)
end
redis.call('HDEL', WORKSPACES, '\\0' .. thread)
if enters == '1' then redis.call('SADD', THREADS, thread) end
return {'taken', redis.call('HGET', CALENDAR, 'thread\\0' .. thread)}
""",
    keys=(KeyKind.WORKSPACES, KeyKind.THREADS, KeyKind.CALENDAR),
    arguments=("thread", "workspace", "lock", "replacing", "enters"),
)

UNLOCK: Final = Script("""
-- KEYS hash; ARGV field, value. Deletes the field if that is what stands there; 1, or 0.
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
return redis.call('HDEL', KEYS[1], ARGV[1])
""")
