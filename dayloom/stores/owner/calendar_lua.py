"""The Lua scripts of a user's calendar and tasks. Each may be repeated: an operation that was done says so.

All get the keys of `CALENDAR_KEYS`, which share the hash tag of the owner, and the arguments they name, as local
variables. A receipt is kept for each operation, and the oldest of a thousand goes.
"""

from __future__ import annotations

from typing import Final

from dayloom.stores.redis.keys import KeyKind
from dayloom.stores.redis.round_trips import NamedScript

CALENDAR_KEYS: Final = (KeyKind.CALENDAR, KeyKind.BOOKED, KeyKind.COMMITS, KeyKind.TASKS, KeyKind.RECEIPTS)

_COMMON: Final = """
local function each(list, size, call)
  for i = 1, #list, size do call(unpack(list, i, math.min(i + size - 1, #list))) end
end
local function keep(operation, receipt)
  local slot = '\\0' .. (redis.call('HINCRBY', RECEIPTS, '\\0', 1) % 1000)
  local oldest = redis.call('HGET', RECEIPTS, slot)
  if oldest then redis.call('HDEL', RECEIPTS, oldest) end
  redis.call('HSET', RECEIPTS, slot, operation, operation, receipt)
end
local known = redis.call('HGET', RECEIPTS, operation)
"""

CHANGE: Final = NamedScript(
    _COMMON
    + """
-- `expected` is the version it builds on, `thread` the one that is to follow, `booked` UIDs and entries, `tasks` ids
-- and tasks, of which `listed` must be there, `commits` what becomes of the commits: `commit` is pushed, the one at
-- `position` taken out, or all but `kept` forgotten. Empty `limits` are taken away.
-- Returns {'applied'}, {'known', receipt} or {'moved on'}.
if known then return {'known', known} end
if (redis.call('HGET', CALENDAR, 'version') or '0') ~= expected then return {'moved on'} end
for _, id in ipairs(listed) do
  if redis.call('HEXISTS', TASKS, id) == 0 then return {'moved on'} end
end
each(text, 1, function(given) redis.call('HSET', CALENDAR, 'text', given) end)
each(limits, 1, function(given)
  if given == '' then redis.call('HDEL', CALENDAR, 'limits') else redis.call('HSET', CALENDAR, 'limits', given) end
end)
each(dropped, 1, function(uid) redis.call('HDEL', BOOKED, uid) end)
each(booked, 2, function(uid, entry) redis.call('HSET', BOOKED, uid, entry) end)
each(tasks, 2, function(id, task) redis.call('HSET', TASKS, id, task) end)
each(removed, 1, function(id) redis.call('HDEL', TASKS, id) end)
if commits == 'push' then
  redis.call('RPUSH', COMMITS, commit)
  redis.call('LTRIM', COMMITS, -100, -1)
elseif commits == 'pop' then
  redis.call('LSET', COMMITS, position, '')
  redis.call('LREM', COMMITS, 1, '')
elseif commits == 'forget' then
  redis.call('DEL', COMMITS)
  each(kept, 1, function(one) redis.call('RPUSH', COMMITS, one) end)
end
redis.call('HINCRBY', CALENDAR, 'version', 1)
if thread ~= '' then redis.call('HSET', CALENDAR, 'thread\\0' .. thread, operation) end
keep(operation, receipt)
return {'applied'}
""",
    keys=CALENDAR_KEYS,
    arguments=("operation", "receipt", "expected", "thread", "commits", "commit", "position"),
    lists=("text", "limits", "dropped", "booked", "tasks", "removed", "listed", "kept"),
)

FOLLOWED: Final = NamedScript(
    _COMMON
    + """
-- Says that the thread has followed.
if known then redis.call('HSET', RECEIPTS, operation, receipt) end
local field = 'thread\\0' .. thread
if redis.call('HGET', CALENDAR, field) == operation then redis.call('HDEL', CALENDAR, field) end
return {'applied'}
""",
    keys=CALENDAR_KEYS,
    arguments=("operation", "receipt", "thread"),
)

ADD: Final = NamedScript(
    _COMMON
    + """
-- `most` is how many tasks there may be, `tasks` ids and tasks. Adds all of them or none.
-- Returns {'applied'}, {'known', receipt} or {'full', how many there are}.
if known then return {'known', known} end
local there = redis.call('HLEN', TASKS)
if there + #tasks / 2 > tonumber(most) then return {'full', there} end
each(tasks, 2, function(id, task) redis.call('HSET', TASKS, id, task) end)
keep(operation, receipt)
return {'applied'}
""",
    keys=CALENDAR_KEYS,
    arguments=("operation", "receipt", "most"),
    lists=("tasks",),
)

REMOVE: Final = NamedScript(
    _COMMON
    + """
-- Returns {'applied'}, {'known', receipt} or {'unknown'}.
if known then return {'known', known} end
if redis.call('HDEL', TASKS, id) == 0 then return {'unknown'} end
keep(operation, receipt)
return {'applied'}
""",
    keys=CALENDAR_KEYS,
    arguments=("operation", "receipt", "id"),
)
