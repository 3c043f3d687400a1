"""What the queue knows of each nudge, beside what streaQ keeps: one record by its id, changed by these scripts only.

A record is a hash of `state` (queued, running), `task` (the one of streaQ's tasks that stands for the nudge), `given`
(JSON) and, when the nudge came again while it ran, `again` (what it is given the next time). A record whose task streaQ
has forgotten counts as absent, so nothing blocks an id for good. Every script may be repeated when its reply was lost.
"""

from __future__ import annotations

from typing import Final

from streaq.constants import REDIS_PREFIX, REDIS_STREAM, REDIS_TASK

from dayloom.stores.redis.round_trips import Script

QUEUE: Final = "{dayloom}"
"""A hash tag: all keys of the queue share one slot of a cluster."""
PRIORITY: Final = "normal"
STREAM: Final = f"{REDIS_PREFIX}{QUEUE}{REDIS_STREAM}{PRIORITY}"
TASK: Final = f"{REDIS_PREFIX}{QUEUE}{REDIS_TASK}"


def record(id: str) -> str:
    """Return the name of a nudge's record."""
    return f"{REDIS_PREFIX}{QUEUE}:job:{id}"


ENQUEUE: Final = Script("""
-- KEYS record, stream; ARGV prefix of tasks, new task, its data, what it is given, milliseconds since 1970.
local state, task = unpack(redis.call('HMGET', KEYS[1], 'state', 'task'))
if state and redis.call('EXISTS', ARGV[1] .. task) == 1 then
  if state == 'queued' then return end
  if state == 'running' then redis.call('HSET', KEYS[1], 'again', ARGV[4]) return end
end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'state', 'queued', 'task', ARGV[2], 'given', ARGV[4])
redis.call('SET', ARGV[1] .. ARGV[2], ARGV[3])
redis.call('XADD', KEYS[2], '*', 'task_id', ARGV[2], 'enqueue_time', ARGV[5])
""")

BEGIN: Final = Script("""
-- KEYS record; ARGV task. Returns what the nudge is given, or nothing when this task need not be done any more.
local task, again = unpack(redis.call('HMGET', KEYS[1], 'task', 'again'))
if task ~= ARGV[1] then return false end
redis.call('HSET', KEYS[1], 'state', 'running')
if again then
  redis.call('HSET', KEYS[1], 'given', again)
  redis.call('HDEL', KEYS[1], 'again')
end
return redis.call('HGET', KEYS[1], 'given')
""")

END: Final = Script("""
-- KEYS record; ARGV task. Nothing is left of the nudge, unless it came again meanwhile.
local task, again = unpack(redis.call('HMGET', KEYS[1], 'task', 'again'))
if task == ARGV[1] and not again then redis.call('DEL', KEYS[1]) end
""")
