"""The Lua scripts: everything that must happen as one step on the server.

All keys a script touches are passed to it and share the hash tag of their thread.
"""

from __future__ import annotations

from typing import Final

from dayloom.stores.redis.round_trips import Script

PUT: Final = Script("""
-- KEYS index, checkpoints, channels; ARGV member, record, n, n times (field, value), then fields it relies on.
-- Returns the fields it relies on that are not stored; then nothing was written.
local after = 3 + 2 * tonumber(ARGV[3])
local absent = {}
for i = after + 1, #ARGV do
  if redis.call('HEXISTS', KEYS[3], ARGV[i]) == 0 then absent[#absent + 1] = ARGV[i] end
end
if #absent > 0 then return absent end
for i = 4, after, 2 do redis.call('HSET', KEYS[3], ARGV[i], ARGV[i + 1]) end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[1], 0, ARGV[1])
return absent
""")

JOINED: Final = """
local function joined(key, numbers)
  local parts = {}
  for number in string.gmatch(numbers or '', '%d+') do
    local value = redis.call('HGET', key, number)
    if value then parts[#parts + 1] = struct.pack('>I4I4', tonumber(number), #value) .. value end
  end
  return table.concat(parts)
end
"""
"""Lua: blobs one after the other, each behind its number and length in four bytes; quicker to read than a list."""

LOAD: Final = Script(
    JOINED
    + """
-- KEYS index, checkpoints, writes, head, blobs; ARGV namespace, checkpoint id or '' for the newest.
-- Returns member, record, writes and, when a run has committed it last, blobs of the checkpoint; or nothing.
local member = ARGV[1] .. '\\0' .. ARGV[2]
local last = ARGV[1] == '' and redis.call('HGET', KEYS[4], 'member')
if ARGV[2] == '' then
  member = redis.call('ZREVRANGEBYLEX', KEYS[1], '(' .. ARGV[1] .. '\\1', '[' .. member, 'LIMIT', 0, 1)[1]
  if last and (member or '') < last and redis.call('HEXISTS', KEYS[2], last) == 1 then member = last end
elseif not redis.call('ZSCORE', KEYS[1], member) then
  member = nil
end
if not member then return false end
local blobs = last == member and joined(KEYS[5], redis.call('HGET', KEYS[4], 'blobs')) or ''
return {member, redis.call('HGET', KEYS[2], member), redis.call('HGET', KEYS[3], member), blobs}
"""
)

PUT_WRITES: Final = Script("""
-- KEYS writes; ARGV member, frame. Appends the frame unless that very frame is there already.
local kept = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if not string.find(kept, ARGV[2], 1, true) then redis.call('HSET', KEYS[1], ARGV[1], kept .. ARGV[2]) end
""")

ERASE: Final = Script("""
-- KEYS index, checkpoints, channels, writes, blobs.
-- ARGV number of checkpoints expected, n, m, then n members, m channel fields, and blobs.
-- Returns 1, or 0 when the thread has moved on meanwhile; then nothing was erased.
if redis.call('ZCARD', KEYS[1]) ~= tonumber(ARGV[1]) then return 0 end
local members = 3 + tonumber(ARGV[2])
local channels = members + tonumber(ARGV[3])
for i = 4, members do
  redis.call('ZREM', KEYS[1], ARGV[i])
  redis.call('HDEL', KEYS[2], ARGV[i])
  redis.call('HDEL', KEYS[4], ARGV[i])
end
for i = members + 1, channels do redis.call('HDEL', KEYS[3], ARGV[i]) end
for i = channels + 1, #ARGV do redis.call('HDEL', KEYS[5], ARGV[i]) end
return 1
""")

DELETE: Final = Script("""
-- KEYS runs, events, then every key of a thread. Deletes them all, and the logs of the runs.
for _, run in ipairs(redis.call('HKEYS', KEYS[1])) do redis.call('UNLINK', KEYS[2] .. ':' .. run) end
for i = 3, #KEYS do redis.call('UNLINK', KEYS[i]) end
""")
