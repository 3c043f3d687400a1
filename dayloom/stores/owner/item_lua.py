"""The Lua scripts of long-term memory. Each may be repeated, and forgets first what has expired."""

from __future__ import annotations

from typing import Final

from dayloom.stores.redis.keys import KeyKind
from dayloom.stores.redis.round_trips import NamedScript

_KEYS: Final = (KeyKind.ITEMS, KeyKind.ITEM_INDEX, KeyKind.ITEM_TIMES, KeyKind.ITEM_ENDS)
_BEGIN: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function about(field, number)  -- of: made, changed, lives, bytes; 0 for what is not there
  local found = {string.match(redis.call('HGET', ITEM_TIMES, field) or '', '^(%d+) (%d+) (%d+) (%d+)$')}
  return tonumber(found[number] or '0')
end
local function forget(field)
  if redis.call('HEXISTS', ITEMS, field) == 0 then return end
  redis.call('HINCRBY', ITEM_TIMES, '', -about(field, 4))
  redis.call('HDEL', ITEMS, field)
  redis.call('HDEL', ITEM_TIMES, field)
  redis.call('ZREM', ITEM_INDEX, field)
  redis.call('ZREM', ITEM_ENDS, field)
end
for _, field in ipairs(redis.call('ZRANGEBYSCORE', ITEM_ENDS, '-inf', now)) do forget(field) end
local function live_on(field)  -- until its whole time has passed once more
  local lives = about(field, 3)
  if lives > 0 then redis.call('ZADD', ITEM_ENDS, now + lives, field) end
end
local function entry(field)
  return {field, redis.call('HGET', ITEMS, field), redis.call('HGET', ITEM_TIMES, field)}
end
"""

CHANGE: Final = NamedScript(
    _BEGIN
    + """
-- Keeps each of `fields` with the value at the same place in `values`, for `lives` ms (0: for good); '' forgets it. It
-- counts as `sizes` bytes. All or nothing: returns 'kept', 'many' when that were more than `most` items, 'large' when
-- more than `largest` bytes.
local count, held = redis.call('HLEN', ITEMS), tonumber(redis.call('HGET', ITEM_TIMES, '') or '0')
local items, size = count, held
for i, field in ipairs(fields) do
  items = items - redis.call('HEXISTS', ITEMS, field) + (values[i] == '' and 0 or 1)
  size = size + sizes[i] - about(field, 4)
end
if items > count and items > tonumber(most) then return 'many' end
if size > held and size > tonumber(largest) then return 'large' end
for i, field in ipairs(fields) do
  local made = redis.call('HEXISTS', ITEMS, field) == 1 and about(field, 1) or now
  forget(field)
  if values[i] ~= '' then
    redis.call('HSET', ITEMS, field, values[i])
    redis.call('ZADD', ITEM_INDEX, 0, field)
    redis.call('HSET', ITEM_TIMES, field, string.format('%.0f %.0f %d %d', made, now, lives[i], sizes[i]))
    redis.call('HINCRBY', ITEM_TIMES, '', sizes[i])
    live_on(field)
  end
end
return 'kept'
""",
    keys=_KEYS,
    arguments=("most", "largest"),
    lists=("fields", "values", "lives", "sizes"),
)

READ: Final = NamedScript(
    _BEGIN
    + """
-- Returns {field, value, times} of each of `fields`, with no value for what is not there; those `used` live on.
for _, field in ipairs(used) do live_on(field) end
local found = {}
for i, field in ipairs(fields) do found[i] = entry(field) end
return found
""",
    keys=_KEYS,
    arguments=(),
    lists=("fields", "used"),
)

SCAN: Final = NamedScript(
    _BEGIN
    + """
-- Returns {field, value, times} of items from `first` to `last`, all but the first `skip`, `most` of them and so many
-- fewer as fit into `bytes`; at least one. Behind them: 1 when others may follow.
local found, size = {}, 0
local fields = redis.call('ZRANGEBYLEX', ITEM_INDEX, first, last, 'LIMIT', skip, most)
for i, field in ipairs(fields) do
  size = size + redis.call('HSTRLEN', ITEMS, field)
  if i > 1 and size > tonumber(bytes) then break end
  found[i] = entry(field)
end
return {found, (#found < #fields or #fields == tonumber(most)) and 1 or 0}
""",
    keys=_KEYS,
    arguments=("first", "last", "skip", "most", "bytes"),
)

NAMESPACES: Final = NamedScript(
    _BEGIN
    + """
-- Returns each namespace that holds an item, joined as in the fields; one look into the index for each.
local found, after = {}, '-'
while true do
  local field = redis.call('ZRANGEBYLEX', ITEM_INDEX, after, '+', 'LIMIT', 0, 1)[1]
  if not field then return found end
  local ends = string.find(field, '\\0\\0', 1, true)
  found[#found + 1] = string.sub(field, 1, ends - 1)
  after = '(' .. string.sub(field, 1, ends) .. '\\1'
end
""",
    keys=_KEYS,
    arguments=(),
)
