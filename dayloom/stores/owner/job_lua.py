"""The Lua script of jobs: every change is a compare-and-set on the job's version, with its line in the log."""

from __future__ import annotations

from typing import Final

from dayloom.stores.redis.keys import KeyKind
from dayloom.stores.redis.round_trips import NamedScript, Script

CHANGE: Final = NamedScript(
    """
-- `expected` is the version the change builds on, 0 for a new job; `version` the one it has then, 0 when it goes.
-- `operation` tells a repetition from a second change: it is kept beside the version. `most` bounds new jobs.
-- Returns {'changed'}, {'moved on'} or {'full'}.
local found = redis.call('HGET', JOBS, '\\0' .. id) or '0 '
local stands, done_by = string.match(found, '^(%d+) (.*)$')
if done_by == operation then return {'changed'} end
if stands ~= expected then return {'moved on'} end
if expected == '0' and redis.call('HLEN', JOBS) >= 2 * tonumber(most) then return {'full'} end
local log = JOB_LOG .. ':' .. id
if version == '0' then
  redis.call('HDEL', JOBS, id, '\\0' .. id)
  redis.call('DEL', log)
  return {'changed'}
end
redis.call('HSET', JOBS, id, job, '\\0' .. id, version .. ' ' .. operation)
for _, line in ipairs(lines) do redis.call('RPUSH', log, line) end
return {'changed'}
""",
    keys=(KeyKind.JOBS, KeyKind.JOB_LOG),
    arguments=("id", "expected", "version", "operation", "most", "job"),
    lists=("lines",),
)

TAKE_DUE: Final = Script("""
-- KEYS sorted set; ARGV now, until when what is taken is left alone, how many at most. Returns what is due, oldest
-- first: it comes again unless whoever looks after it says otherwise.
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
for _, member in ipairs(due) do redis.call('ZADD', KEYS[1], ARGV[2], member) end
return due
""")
