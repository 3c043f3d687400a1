"""The Lua scripts of a user's calendar and tasks. Each may be repeated: an operation that was done says so.

All get the keys of `BOOK_KEYS`, which share the hash tag of the owner. Arguments are read one after the other; a list
is its length followed by its items. A receipt is kept for each operation, and the oldest of a thousand goes.
"""

from __future__ import annotations

from typing import Final

from dayloom.stores.redis.keys import Kind
from dayloom.stores.redis.round_trips import Script

BOOK_KEYS: Final = (Kind.CALENDAR, Kind.BOOKED, Kind.COMMITS, Kind.TASKS, Kind.RECEIPTS)

_COMMON: Final = """
local CALENDAR, BOOKED, COMMITS, TASKS, RECEIPTS = unpack(KEYS)
local at = 0
local function take() at = at + 1; return ARGV[at] end
local function takes() local t = {}; for i = 1, tonumber(take()) do t[i] = take() end; return t end
local function each(list, size, call)
  for i = 1, #list, size do call(unpack(list, i, math.min(i + size - 1, #list))) end
end
local function keep(operation, receipt)
  local slot = '\\0' .. (redis.call('HINCRBY', RECEIPTS, '\\0', 1) % 1000)
  local oldest = redis.call('HGET', RECEIPTS, slot)
  if oldest then redis.call('HDEL', RECEIPTS, oldest) end
  redis.call('HSET', RECEIPTS, slot, operation, operation, receipt)
end
local operation, receipt = take(), take()
local known = redis.call('HGET', RECEIPTS, operation)
"""

CHANGE: Final = Script(
    _COMMON
    + """
-- ARGV operation, receipt, version it builds on, thread that is to follow, text, UIDs to drop, UIDs and entries,
-- what becomes of the commits, commit. Returns {'applied'}, {'known', receipt} or {'moved on'}.
if known then return {'known', known} end
local expected, thread, text, dropped, booked = take(), take(), takes(), takes(), takes()
if (redis.call('HGET', CALENDAR, 'version') or '0') ~= expected then return {'moved on'} end
each(text, 1, function(given) redis.call('HSET', CALENDAR, 'text', given) end)
each(dropped, 1, function(uid) redis.call('HDEL', BOOKED, uid) end)
each(booked, 2, function(uid, entry) redis.call('HSET', BOOKED, uid, entry) end)
local commits, commit = take(), take()
if commits == 'push' then
  redis.call('RPUSH', COMMITS, commit)
  redis.call('LTRIM', COMMITS, -100, -1)
elseif commits == 'pop' then
  redis.call('RPOP', COMMITS)
elseif commits == 'forget' then
  redis.call('DEL', COMMITS)
end
redis.call('HINCRBY', CALENDAR, 'version', 1)
if thread ~= '' then redis.call('HSET', CALENDAR, 'thread\\0' .. thread, operation) end
keep(operation, receipt)
return {'applied'}
"""
)

SETTLE: Final = Script(
    _COMMON
    + """
-- ARGV operation, receipt, thread. Says that the thread has followed.
if known then redis.call('HSET', RECEIPTS, operation, receipt) end
local field = 'thread\\0' .. take()
if redis.call('HGET', CALENDAR, field) == operation then redis.call('HDEL', CALENDAR, field) end
return {'applied'}
"""
)

ADD: Final = Script(
    _COMMON
    + """
-- ARGV operation, receipt, how many tasks there may be, ids and tasks. Adds all of them or none.
-- Returns {'applied'}, {'known', receipt} or {'full', how many there are}.
if known then return {'known', known} end
local most, tasks = tonumber(take()), takes()
local there = redis.call('HLEN', TASKS)
if there + #tasks / 2 > most then return {'full', there} end
each(tasks, 2, function(id, task) redis.call('HSET', TASKS, id, task) end)
keep(operation, receipt)
return {'applied'}
"""
)

REMOVE: Final = Script(
    _COMMON
    + """
-- ARGV operation, receipt, id. Returns {'applied'}, {'known', receipt} or {'unknown'}.
if known then return {'known', known} end
if redis.call('HDEL', TASKS, take()) == 0 then return {'unknown'} end
keep(operation, receipt)
return {'applied'}
"""
)
