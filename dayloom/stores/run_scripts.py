"""The Lua scripts of a run: how it takes its thread, commits a step, and lets go.

Each script gets all its keys, which share the hash tag of the thread, in the order of `RUN_KEYS`. Arguments are read
one after the other; a list is its length followed by its items.
"""

from __future__ import annotations

from typing import Final

from dayloom.stores.keys import Kind
from dayloom.stores.scripts import JOINED
from dayloom.stores.trips import Script

RUN_KEYS: Final = (
    Kind.HEAD,
    Kind.LEASE,
    Kind.INDEX,
    Kind.CHECKPOINTS,
    Kind.WRITES,
    Kind.BLOBS,
    Kind.CARDS,
    Kind.TRANSCRIPT,
    Kind.EVENTS,
    Kind.RUNS,
    Kind.AUDIT,
    Kind.PREVIEW,
    Kind.INBOX,
    Kind.CHANNELS,
)

_COMMON: Final = """
local HEAD, LEASE, INDEX, CHECKPOINTS, WRITES, BLOBS, CARDS = unpack(KEYS, 1, 7)
local TRANSCRIPT, EVENTS, RUNS, AUDIT, PREVIEW, INBOX = unpack(KEYS, 8, 13)
local at = 0
local function take() at = at + 1; return ARGV[at] end
local function takes() local t = {}; for i = 1, tonumber(take()) do t[i] = take() end; return t end
local function newest()
  return redis.call('ZREVRANGEBYLEX', INDEX, '(\\1', '[\\0', 'LIMIT', 0, 1)[1] or ''
end
local function now()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end
local function each(list, size, call)
  for i = 1, #list, size do call(unpack(list, i, math.min(i + size - 1, #list))) end
end
local function tell(run, batch, count)
  local first = redis.call('HINCRBY', HEAD, 'events', count) - count + 1
  redis.call('XADD', EVENTS, 'MAXLEN', '~', 1000, first .. '-' .. count, 'run', run, 'batch', batch)
  redis.call('HSETNX', RUNS, run, first .. ':running')
end
local function ends(run, status)
  local first = string.match(redis.call('HGET', RUNS, run) or '0:', '^(%d+):')
  redis.call('HSET', RUNS, run, first .. ':' .. status)
  redis.call('HDEL', HEAD, 'run')
end
local function audit(before, records, after)
  if #records == 0 then return end
  each(records, 1, function(record) redis.call('RPUSH', AUDIT, record) end)
  redis.call('HSET', HEAD, 'audit', after)
end
local function taken_up(run, begins)
  if begins == '1' then redis.call('HDEL', INBOX, run) end
end
local function forbidden(fence, epoch)
  local found = redis.call('HMGET', HEAD, 'fence', 'epoch')
  if found[1] ~= fence then return 'superseded' end
  if (found[2] or '0') ~= epoch then return 'cancelled' end
end
"""

OPEN: Final = Script(
    _COMMON
    + JOINED
    + """
-- ARGV token, lease in ms, run, member the caller knows already.
-- Returns {'held', run} or {'open', head, member, record, writes, blobs, card, unread messages, what RUNS says}.
local token, lease, run, known = take(), take(), take(), take()
local holder = redis.call('GET', LEASE)
if holder and holder ~= token then return {'held', holder} end
redis.call('SET', LEASE, token, 'PX', lease)
redis.call('HINCRBY', HEAD, 'fence', 1)
local member = newest()
local head = redis.call('HGETALL', HEAD)
local newer = {}
for i = 1, #head, 2 do newer[head[i]] = head[i + 1] end
local record, blobs = false, ''
if member ~= '' and member ~= known then
  record = redis.call('HGET', CHECKPOINTS, member)
  if newer.member == member then blobs = joined(BLOBS, newer.blobs) end
end
local card = {}
if newer.card then
  card = redis.call('HMGET', CARDS, newer.card .. '\\0status', newer.card .. '\\0answer')
end
if not newer.run or not redis.call('HGET', RUNS, newer.run) then redis.call('HSET', HEAD, 'run', run) end
local begun = redis.call('HGET', RUNS, run)
local writes, inbox = redis.call('HGET', WRITES, member), redis.call('HGETALL', INBOX)
return {'open', head, member, record, writes, blobs, card, inbox, begun}
"""
)

COMMIT: Final = Script(
    _COMMON
    + """
-- Commits one step, or nothing. Returns 'applied', or why not.
local fence, epoch, member, parent, record = take(), take(), take(), take(), take()
local token, lease, run, status, keep = take(), take(), take(), take(), take()
if redis.call('ZSCORE', INDEX, member) then return 'applied' end
local refused = forbidden(fence, epoch)
if refused then return refused end
if newest() ~= parent then return 'moved on' end
if member <= parent then return 'clock' end
local before, after, records = take(), take(), takes()
if #records > 0 and (redis.call('HGET', HEAD, 'audit') or '') ~= before then return 'audit moved on' end
local used, digest = take(), take()
if used ~= '' then
  local found = redis.call('HMGET', CARDS, used .. '\\0status', used .. '\\0approved', used .. '\\0expires')
  if found[1] ~= 'answered' then return 'unapproved: the card is ' .. (found[1] or 'unknown') end
  if digest ~= '' and found[2] ~= digest then return 'unapproved: this is not what was approved' end
  if found[3] and tonumber(found[3]) < now() then return 'unapproved: the card has expired' end
  redis.call('HSET', CARDS, used .. '\\0status', 'used')
end
each(takes(), 2, function(number, value) redis.call('HSET', BLOBS, number, value) end)
redis.call('HSET', CHECKPOINTS, member, record)
redis.call('ZADD', INDEX, 0, member)
redis.call('HSET', HEAD, 'member', member, 'blobs', take(), 'next', take())
local opened = takes()
if #opened > 0 then
  local card = opened[1]
  local lifetime = tonumber(opened[2])
  for part in string.gmatch('answer operation approved expires', '%a+') do
    redis.call('HDEL', CARDS, card .. '\\0' .. part)
  end
  redis.call('HSET', CARDS, card .. '\\0status', 'open')
  if lifetime > 0 then redis.call('HSET', CARDS, card .. '\\0expires', string.format('%d', now() + lifetime)) end
  redis.call('HSET', HEAD, 'card', card)
end
each(takes(), 1, function(entry) redis.call('RPUSH', TRANSCRIPT, entry) end)
local batch = takes()
if #batch > 0 then tell(run, batch[1], tonumber(batch[2])) end
audit(before, records, after)
local preview = takes()
if #preview > 0 and tonumber(redis.call('HGET', PREVIEW, 'version') or '-1') <= tonumber(preview[1]) then
  redis.call('DEL', PREVIEW)
  redis.call('HSET', PREVIEW, unpack(preview, 2))
end
taken_up(run, take())
redis.call('HDEL', HEAD, 'broken')
if status == '' then
  redis.call('SET', LEASE, token, 'PX', lease)
else
  ends(run, status)
  redis.call('DEL', LEASE)
end
for i = 1, #KEYS do
  if keep == '' then break end
  if keep == '0' then redis.call('PERSIST', KEYS[i]) else redis.call('PEXPIRE', KEYS[i], keep) end
end
return 'applied'
"""
)

WAIT: Final = Script(
    _COMMON
    + """
-- Stores what the newest step waits for, ends the run and lets the thread go; once, however often it is repeated.
local fence, epoch, member, frame, run, batch, count = take(), take(), take(), take(), take(), take(), take()
local kept = redis.call('HGET', WRITES, member) or ''
if string.find(kept, frame, 1, true) then return 'applied' end
local refused = forbidden(fence, epoch)
if refused then return refused end
if newest() ~= member then return 'moved on' end
redis.call('HSET', WRITES, member, kept .. frame)
tell(run, batch, tonumber(count))
ends(run, 'interrupted')
redis.call('DEL', LEASE)
return 'applied'
"""
)

CLAIM: Final = Script(
    _COMMON
    + """
-- Takes an answer for the open card; the first one wins, and repeating it changes nothing.
local fence, epoch, card, operation, approved, answer = take(), take(), take(), take(), take(), take()
local before, after, records = take(), take(), takes()
local found = redis.call('HMGET', CARDS, card .. '\\0status', card .. '\\0operation', card .. '\\0expires')
if found[1] == 'answered' and found[2] == operation then return 'applied' end
local refused = forbidden(fence, epoch)
if refused then return refused end
if found[1] and found[1] ~= 'open' then return 'stale: it is already ' .. found[1] end
if found[3] and tonumber(found[3]) < now() then return 'stale: it has expired' end
if (redis.call('HGET', HEAD, 'audit') or '') ~= before then return 'audit moved on' end
redis.call('HSET', CARDS, card .. '\\0status', 'answered', card .. '\\0operation', operation,
  card .. '\\0approved', approved, card .. '\\0answer', answer)
redis.call('HSET', HEAD, 'card', card)
audit(before, records, after)
taken_up(take(), '1')
return 'applied'
"""
)

RENEW: Final = Script(
    _COMMON
    + """
-- ARGV fence, epoch, token, lease in ms. Holds the thread for longer unless it was let go; 'applied', or why not.
local refused = forbidden(take(), take())
if refused then return refused end
local token, lease = take(), tonumber(take())
if redis.call('PTTL', LEASE) < lease / 2 and redis.call('GET', LEASE) == token then
  redis.call('PEXPIRE', LEASE, lease)
end
return 'applied'
"""
)

BREAK: Final = Script(
    _COMMON
    + """
-- Ends a run whose turn must not go on, and says why: the next message begins a new turn.
local fence, epoch, run, why, batch, count = take(), take(), take(), take(), take(), take()
local refused = forbidden(fence, epoch)
if refused then return refused end
if redis.call('HGET', HEAD, 'broken') == why then return 'applied' end
redis.call('HSET', HEAD, 'broken', why)
local card = redis.call('HGET', HEAD, 'card')
if card then redis.call('HSET', CARDS, card .. '\\0status', 'void') end
tell(run, batch, tonumber(count))
ends(run, 'error')
redis.call('DEL', LEASE)
return 'applied'
"""
)

ACCEPT: Final = Script(
    _COMMON
    + """
-- ARGV run, message. Keeps a message until its run takes it up; 1, or 0 when it was accepted before.
local run, message = take(), take()
if redis.call('HEXISTS', RUNS, run) == 1 then return 0 end
return redis.call('HSETNX', INBOX, run, message)
"""
)

RELEASE: Final = Script(
    _COMMON
    + """
-- ARGV token, run. Lets the thread go, unless somebody else has it.
local token, run = take(), take()
if redis.call('GET', LEASE) ~= token then return 0 end
redis.call('DEL', LEASE)
if not redis.call('HGET', RUNS, run) then redis.call('HDEL', HEAD, 'run') end
return 1
"""
)

CANCEL: Final = Script(
    _COMMON
    + """
-- ARGV operation, batch, count, before, after, audit records. Ends the active run or the open card.
-- Returns 'applied', 'nothing', or 'audit moved on'.
local operation, batch, count, before, after, records = take(), take(), take(), take(), take(), takes()
local head = redis.call('HMGET', HEAD, 'run', 'card', 'cancel', 'audit')
if head[3] == operation then return 'applied' end
local open = head[2] and redis.call('HGET', CARDS, head[2] .. '\\0status')
local waiting = open == 'open' or open == 'answered'
local run = head[1]
if not run and not waiting then return 'nothing' end
if (head[4] or '') ~= before then return 'audit moved on' end
redis.call('HINCRBY', HEAD, 'epoch', 1)
redis.call('HSET', HEAD, 'cancel', operation, 'broken', 'cancelled')
if waiting then redis.call('HSET', CARDS, head[2] .. '\\0status', 'void') end
if run then
  tell(run, batch, tonumber(count))
  ends(run, 'cancelled')
end
audit(before, records, after)
return 'applied'
"""
)
