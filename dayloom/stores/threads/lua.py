"""The Lua scripts of a run: how it is accepted, takes its thread, commits a step, tells what happened, and ends.

Each script gets all its keys, which share the hash tag of the thread, in the order of `RUN_KEYS`. Arguments are read
one after the other; a list is its length followed by its items.
"""

from __future__ import annotations

from typing import Final

from dayloom.stores.checkpointer.lua import JOINED
from dayloom.stores.redis.keys import Kind
from dayloom.stores.redis.round_trips import Script

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
    Kind.QUEUE,
    Kind.REQUESTS,
    Kind.CHANNELS,
)

_COMMON: Final = """
local HEAD, LEASE, INDEX, CHECKPOINTS, WRITES, BLOBS, CARDS = unpack(KEYS, 1, 7)
local TRANSCRIPT, EVENTS, RUNS, AUDIT, PREVIEW, INBOX, QUEUE, REQUESTS = unpack(KEYS, 8, 15)
local at = 0
local function take() at = at + 1; return ARGV[at] end
local function takes() local t = {}; for i = 1, tonumber(take()) do t[i] = take() end; return t end
local function newest()
  local member = redis.call('ZREVRANGEBYLEX', INDEX, '(\\1', '[\\0', 'LIMIT', 0, 1)[1] or ''
  local last = redis.call('HGET', HEAD, 'member')
  return last and member < last and redis.call('HEXISTS', CHECKPOINTS, last) == 1 and last or member
end
local function over(run)
  local state = redis.call('HGET', RUNS, run)
  return state and state ~= 'pending' and state ~= 'running'
end
local function now()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end
local function each(list, size, call)
  for i = 1, #list, size do call(unpack(list, i, math.min(i + size - 1, #list))) end
end
local function log(run) return EVENTS .. ':' .. run end
local function told(run)
  local last = redis.call('XREVRANGE', log(run), '+', '-', 'COUNT', 1)[1]
  return last and tonumber(string.match(last[1], '^%d+')) + tonumber(last[2][2]) or 0
end
local function trim(run, from)
  local oldest = from > 0 and redis.call('XREVRANGE', log(run), from, '-', 'COUNT', 1)[1]
  if oldest then redis.call('XTRIM', log(run), 'MINID', oldest[1]) end
end
local function tell(run, told_now, step)
  local count, batch, keep = unpack(told_now)
  local first = told(run)
  if count or step ~= '' then
    redis.call('XADD', log(run), first .. '-*', 'n', count or 0, 'batch', batch or '', 'step', step)
    redis.call('PUBLISH', log(run), first + (count or 0))
    if count then trim(run, first + count - keep) end
  end
  if (redis.call('HGET', RUNS, run) or 'pending') == 'pending' then redis.call('HSET', RUNS, run, 'running') end
end
local function dequeue(run)
  redis.call('LREM', QUEUE, 1, run)
  redis.call('HDEL', INBOX, run)
end
local function ends(run, status, lifetime)
  redis.call('HSET', RUNS, run, status .. ':' .. told(run))
  redis.call('HSET', HEAD, 'last', status)
  redis.call('PUBLISH', log(run) .. ':end', status)
  for _, role in ipairs({'run', 'begun'}) do
    if redis.call('HGET', HEAD, role) == run then redis.call('HDEL', HEAD, role) end
  end
  if tonumber(lifetime) > 0 then redis.call('PEXPIRE', log(run), lifetime) end
end
local function audit(before, records, after)
  if #records == 0 then return end
  each(records, 1, function(record) redis.call('RPUSH', AUDIT, record) end)
  redis.call('HSET', HEAD, 'audit', after)
end
local function begins(run)
  redis.call('HSET', HEAD, 'begun', run)
  dequeue(run)
end
local function forbidden(fence, epoch)
  local found = redis.call('HMGET', HEAD, 'fence', 'epoch')
  if found[1] ~= fence then return 'superseded' end
  if (found[2] or '0') ~= epoch then return 'cancelled' end
end
local function lasts(keep)
  for _, key in ipairs(KEYS) do
    if key ~= LEASE then
      if keep == '0' then redis.call('PERSIST', key) else redis.call('PEXPIRE', key, keep) end
    end
  end
end
local function card_is(card)
  local status, expires = unpack(redis.call('HMGET', CARDS, card .. '\\0status', card .. '\\0expires'))
  if status == 'open' and expires and tonumber(expires) < now() then return 'expired' end
  return status or 'unknown'
end
"""

OPEN: Final = Script(
    _COMMON
    + JOINED
    + """
-- ARGV token, lease in ms, run or '' for the one that is due, member the caller knows already.
-- Due is the run that was cut off, or else the first one that was accepted and has not begun.
-- Returns {'held', run}, {'idle'} when no run is due, or {'open', head, member, record, writes, blobs, card,
-- run, what RUNS says of it, due run, request of the due run, number of its events}.
local token, lease, run, known = take(), take(), take(), take()
local due = redis.call('HGET', HEAD, 'begun') or redis.call('LINDEX', QUEUE, 0) or ''
if run == '' and due == '' then return {'idle'} end
local holder = redis.call('GET', LEASE)
if holder and holder ~= token then return {'held', holder} end
redis.call('SET', LEASE, token, 'PX', lease)
redis.call('HINCRBY', HEAD, 'fence', 1)
if run == '' then run = due end
if run ~= '' and (due ~= '' or not over(run)) then redis.call('HSET', HEAD, 'run', due ~= '' and due or run) end
if run == due and redis.call('HGET', RUNS, run) == 'pending' then redis.call('HSET', RUNS, run, 'running') end
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
  card = {card_is(newer.card), redis.call('HGET', CARDS, newer.card .. '\\0answer')}
end
local asked = redis.call('HGET', INBOX, due) or redis.call('HGET', REQUESTS, due)
return {'open', head, member, record, redis.call('HGET', WRITES, member), blobs, card,
  run, redis.call('HGET', RUNS, run), due, asked, told(due)}
"""
)

COMMIT: Final = Script(
    _COMMON
    + """
-- Commits one step, or nothing. Returns 'applied', or why not.
local fence, epoch, member, parent, record = take(), take(), take(), take(), take()
local token, lease, run, status, keep, log_keep = take(), take(), take(), take(), take(), take()
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
local telling = takes()
if run ~= '' then tell(run, telling, string.match(member, '%z(.*)$') or member) end
audit(before, records, after)
local preview = takes()
if #preview > 0 and tonumber(redis.call('HGET', PREVIEW, 'version') or '-1') <= tonumber(preview[1]) then
  redis.call('DEL', PREVIEW)
  redis.call('HSET', PREVIEW, unpack(preview, 2))
end
if take() == '1' then begins(run) end
redis.call('HDEL', HEAD, 'broken')
if status == '' then
  redis.call('SET', LEASE, token, 'PX', lease)
else
  ends(run, status, log_keep)
  redis.call('DEL', LEASE)
end
if keep ~= '' then lasts(keep) end
return 'applied'
"""
)

WAIT: Final = Script(
    _COMMON
    + """
-- Stores what the newest step waits for, ends the run and lets the thread go; once, however often it is repeated.
local fence, epoch, member, frame, run, log_keep = take(), take(), take(), take(), take(), take()
local kept = redis.call('HGET', WRITES, member) or ''
if string.find(kept, frame, 1, true) then return 'applied' end
local refused = forbidden(fence, epoch)
if refused then return refused end
if newest() ~= member then return 'moved on' end
redis.call('HSET', WRITES, member, kept .. frame)
tell(run, takes(), '')
ends(run, 'interrupted', log_keep)
redis.call('HSET', HEAD, 'asker', run)
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
begins(take())
return 'applied'
"""
)

RENEW: Final = Script(
    _COMMON
    + """
-- ARGV fence, epoch, token, lease in ms, run, index of its next event, what it tells.
-- Holds the thread for longer unless it was let go, and tells what happened since the last step; once, however often
-- it is repeated. Returns 'applied', or why not.
local refused = forbidden(take(), take())
if refused then return refused end
local token, lease, run, next = take(), tonumber(take()), take(), tonumber(take())
if redis.call('PTTL', LEASE) < lease / 2 and redis.call('GET', LEASE) == token then
  redis.call('PEXPIRE', LEASE, lease)
end
local batch = takes()
if #batch > 0 and told(run) == next then tell(run, batch, '') end
return 'applied'
"""
)

ACCEPT: Final = Script(
    _COMMON
    + """
-- ARGV run, request, request without its schedule, card it answers ('' for a message, '*' for whichever is open),
-- '1' to wait behind what is at work, what it tells.
-- Keeps a request until its run takes it up. Returns {'taken'}, {'known', status}, {'busy', run} or {'stale', why}.
local run, request, slim, card, behind = take(), take(), take(), take(), take()
local known = redis.call('HGET', RUNS, run)
if known then return {'known', known} end
local holder = redis.call('HGET', HEAD, 'begun') or redis.call('LINDEX', QUEUE, 0)
  or string.match(redis.call('GET', LEASE) or '', '^(.+)/')
if holder and behind ~= '1' then return {'busy', holder} end
if card ~= '' then
  local shown = redis.call('HGET', HEAD, 'card') or ''
  local status = (card == '*' or card == shown) and card_is(shown) or 'closed'
  if status ~= 'open' then return {'stale', status} end
end
redis.call('HSET', INBOX, run, request)
redis.call('HSET', REQUESTS, run, slim)
redis.call('RPUSH', QUEUE, run)
tell(run, takes(), '')
redis.call('HSET', RUNS, run, 'pending')
lasts('0')
return {'taken'}
"""
)

RELEASE: Final = Script(
    _COMMON
    + """
-- ARGV token, run. Lets the thread go, unless somebody else has it.
local token, run = take(), take()
if redis.call('GET', LEASE) ~= token then return 0 end
redis.call('DEL', LEASE)
if redis.call('HGET', HEAD, 'run') == run and redis.call('HGET', HEAD, 'begun') ~= run then
  redis.call('HDEL', HEAD, 'run')
end
return 1
"""
)

STOP: Final = Script(
    _COMMON
    + """
-- ARGV operation, run or '' for whichever is at work, status, why, how long its log is kept, what it tells,
-- before, after, audit records. Ends a run for good, or the open card it left.
-- Returns 'applied', 'nothing', or 'audit moved on'.
local operation, run, status, why, log_keep, batch = take(), take(), take(), take(), take(), takes()
local before, after, records = take(), take(), takes()
local head = redis.call('HMGET', HEAD, 'run', 'begun', 'card', 'asker', 'cancel', 'audit')
local active, begun, card, asker = unpack(head, 1, 4)
if head[5] == operation then return 'applied' end
if run == '' then run = active or begun or redis.call('LINDEX', QUEUE, 0) or asker or '' end
local state = redis.call('HGET', RUNS, run)
local shown = card and redis.call('HGET', CARDS, card .. '\\0status')
local waiting = shown == 'open' or shown == 'answered'
local working = run ~= '' and (run == active or run == begun)
local queued = state == 'pending' or (state == 'running' and not working)
local asking = waiting and not working and not queued and (run == asker or not asker)
if not (working or queued or asking) then return 'nothing' end
if (head[6] or '') ~= before then return 'audit moved on' end
redis.call('HSET', HEAD, 'cancel', operation)
local taken_up = run == begun or redis.call('HEXISTS', INBOX, run) == 0
if asking or (working and taken_up) then
  redis.call('HSET', HEAD, 'broken', why, 'last', status)
  if waiting then redis.call('HSET', CARDS, card .. '\\0status', 'void') end
end
if working or asking then redis.call('HINCRBY', HEAD, 'epoch', 1) end
if working then redis.call('DEL', LEASE) end
if working or queued then
  tell(run, batch, '')
  dequeue(run)
  ends(run, status, log_keep)
end
audit(before, records, after)
return 'applied'
"""
)

FORGET: Final = Script(
    _COMMON
    + """
-- ARGV run, then lines of the transcript. Forgets a run that has ended: its request, its log, and those lines.
-- Returns 1, or 0 when it is at work.
local run = take()
if not over(run) then return 0 end
for _, kept in ipairs({RUNS, REQUESTS, INBOX}) do redis.call('HDEL', kept, run) end
redis.call('UNLINK', log(run))
local lines = takes()
if #lines > 0 then redis.call('HDEL', HEAD, 'broken') end
each(lines, 1, function(line) redis.call('LREM', TRANSCRIPT, 1, line) end)
return 1
"""
)

READ: Final = Script(
    _COMMON
    + """
-- ARGV run, entry already read or '', index of the first event wanted, number of entries wanted.
-- Returns what RUNS says, number of its events, index of the first one kept, and entries with id and fields.
local run, cursor, start, limit = take(), take(), take(), tonumber(take())
local oldest = redis.call('XRANGE', log(run), '-', '+', 'COUNT', 1)[1]
local from = cursor ~= '' and '(' .. cursor
if not from then
  local holding = redis.call('XREVRANGE', log(run), start, '-', 'COUNT', 1)[1]
  from = holding and holding[1] or '-'
end
return {redis.call('HGET', RUNS, run), told(run), oldest and tonumber(string.match(oldest[1], '^%d+')) or -1,
  redis.call('XRANGE', log(run), from, '+', 'COUNT', limit)}
"""
)
