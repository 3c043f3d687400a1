"""The Lua script of jobs: every change is a compare-and-set on the job's version, with its line in the log.

What the owner is told of a change is told with it.
"""

from __future__ import annotations

from typing import Final

from dayloom.stores.owner.told_lua import TOLD, TOLD_KEYS
from dayloom.stores.redis.keys import KeyKind
from dayloom.stores.redis.round_trips import NamedScript

CHANGE: Final = NamedScript(
    TOLD
    + """
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
tell_owner(news, mail, posts)
return {'changed'}
""",
    keys=(KeyKind.JOBS, KeyKind.JOB_LOG, *TOLD_KEYS),
    arguments=("id", "expected", "version", "operation", "most", "job"),
    lists=("lines", "news", "mail", "posts"),
)
