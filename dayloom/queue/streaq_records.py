"""What the queue knows of each job, beside what streaQ keeps: one record by job id, changed by these scripts only.

A record is a hash of `state` (queued, running, done), `task` (the one of streaQ's tasks that stands for the job),
`given` (JSON) and, when the job was asked for while it ran, `again` (what it is given the next time). A record whose
task streaQ has forgotten counts as absent, so nothing blocks an id for good. Every script may be repeated when its
reply was lost.
"""

from __future__ import annotations

from typing import Final

from streaq.constants import REDIS_ABORT, REDIS_PREFIX, REDIS_STREAM, REDIS_TASK

from dayloom.stores.redis.round_trips import Script

QUEUE: Final = "{dayloom}"
"""A hash tag: all keys of the queue share one slot of a cluster."""
PRIORITY: Final = "normal"
STREAM: Final = f"{REDIS_PREFIX}{QUEUE}{REDIS_STREAM}{PRIORITY}"
ABORTED: Final = f"{REDIS_PREFIX}{QUEUE}{REDIS_ABORT}"
TASK: Final = f"{REDIS_PREFIX}{QUEUE}{REDIS_TASK}"
REMEMBERED: Final = 60
"""Seconds for which an ended job is still known as done."""


def record(id: str) -> str:
    """Return the name of a job's record."""
    return f"{REDIS_PREFIX}{QUEUE}:job:{id}"


_STATE: Final = """
local function standing(key, tasks)
  local state, task = unpack(redis.call('HMGET', key, 'state', 'task'))
  if state and state ~= 'done' and redis.call('EXISTS', tasks .. task) == 0 then return false end
  return state, task
end
"""

ENQUEUE: Final = Script(
    _STATE
    + """
-- KEYS record, stream; ARGV prefix of tasks, new task, its data, what it is given, milliseconds since 1970.
local state = standing(KEYS[1], ARGV[1])
if state == 'queued' then return end
if state == 'running' then redis.call('HSET', KEYS[1], 'again', ARGV[4]) return end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'state', 'queued', 'task', ARGV[2], 'given', ARGV[4])
redis.call('SET', ARGV[1] .. ARGV[2], ARGV[3])
redis.call('XADD', KEYS[2], '*', 'task_id', ARGV[2], 'enqueue_time', ARGV[5])
"""
)

BEGIN: Final = Script("""
-- KEYS record; ARGV task. Returns what the job is given, or nothing when this task need not be done any more.
local state, task, again = unpack(redis.call('HMGET', KEYS[1], 'state', 'task', 'again'))
if task ~= ARGV[1] or state == 'done' then return false end
redis.call('HSET', KEYS[1], 'state', 'running')
if again then
  redis.call('HSET', KEYS[1], 'given', again)
  redis.call('HDEL', KEYS[1], 'again')
end
return redis.call('HGET', KEYS[1], 'given')
""")

END: Final = Script("""
-- KEYS record; ARGV task, seconds. The job is done, unless it is wanted again.
local task, again = unpack(redis.call('HMGET', KEYS[1], 'task', 'again'))
if task ~= ARGV[1] or again then return end
redis.call('HSET', KEYS[1], 'state', 'done')
redis.call('HDEL', KEYS[1], 'given')
redis.call('EXPIRE', KEYS[1], ARGV[2])
""")

CANCEL: Final = Script(
    _STATE
    + """
-- KEYS record, aborted; ARGV prefix of tasks, seconds. Returns 1, or 0 when there was nothing to cancel.
local state, task = standing(KEYS[1], ARGV[1])
if not state or state == 'done' then return 0 end
redis.call('HSET', KEYS[1], 'state', 'done')
redis.call('HDEL', KEYS[1], 'given', 'again')
redis.call('EXPIRE', KEYS[1], ARGV[2])
if state == 'running' then redis.call('SADD', KEYS[2], task) end
return 1
"""
)

STATUS: Final = Script(
    _STATE
    + """
-- KEYS record; ARGV prefix of tasks.
return standing(KEYS[1], ARGV[1])
"""
)
