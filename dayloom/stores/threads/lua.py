"""The Lua scripts of a run: how it is accepted, takes its thread, commits a step, tells what happened, and ends.

Each script has the keys of `RUN_KEYS`, which share the hash tag of the thread, and the arguments it names, as local
variables. `telling` is what the event log is told: number of events, the events sealed, how many are kept; or nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from dayloom.stores.checkpointer.lua import JOINED
from dayloom.stores.redis.keys import KeyKind
from dayloom.stores.redis.round_trips import NamedScript

RUN_KEYS: Final = (
    KeyKind.HEAD,
    KeyKind.LEASE,
    KeyKind.INDEX,
    KeyKind.CHECKPOINTS,
    KeyKind.WRITES,
    KeyKind.BLOBS,
    KeyKind.CARDS,
    KeyKind.TRANSCRIPT,
    KeyKind.EVENTS,
    KeyKind.RUNS,
    KeyKind.AUDIT,
    KeyKind.PREVIEW,
    KeyKind.INBOX,
    KeyKind.QUEUE,
    KeyKind.REQUESTS,
    KeyKind.CHANNELS,
)


class Opened(NamedTuple):
    """What a run learns when it is given a thread: each field is the local variable of this name at the end of OPEN.

    `status` is what RUNS says of the run, `due` the run that is due, `request` what that one was asked, and `events`
    how many it has told.
    """

    head: Any
    member: bytes
    record: bytes
    writes: bytes | None
    blobs: bytes
    card: Sequence[bytes | None]
    run: bytes
    status: bytes | None
    due: bytes
    request: bytes | None
    events: int


_COMMON: Final = """
-- The head names what a run has committed last: an index that lost it does not turn the thread back.
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
-- Tells whoever watches all threads of the owner what has changed on this one; the names are in those of its keys.
local function show(what)
  local stem, owner, thread = string.match(EVENTS, '^(.-:){([^/}]*)/([^}]*)}:')
  redis.call('PUBLISH', stem .. '{' .. owner .. '}:threads', what .. ' ' .. thread)
end
-- Counted off the newest entry, which says its own index and length: a counter beside it could go astray.
local function told(run)
  local last = redis.call('XREVRANGE', log(run), '+', '-', 'COUNT', 1)[1]
  return last and tonumber(string.match(last[1], '^%d+')) + tonumber(last[2][2]) or 0
end
local function trim(run, from)
  local oldest = from > 0 and redis.call('XREVRANGE', log(run), from, '-', 'COUNT', 1)[1]
  if oldest then redis.call('XTRIM', log(run), 'MINID', oldest[1]) end
end
local function tell(run, telling, step)
  local count, batch, keep = unpack(telling)
  local first = told(run)
  if count or step ~= '' then
    redis.call('XADD', log(run), first .. '-*', 'n', count or 0, 'batch', batch or '', 'step', step)
    redis.call('PUBLISH', log(run), first + (count or 0))
    if first == 0 then
      redis.call('PUBLISH', EVENTS, run)
      show('run')
    end
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
  show('run')
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
-- The fence first: a run that was succeeded must learn that, and not that its successor was cancelled, whose epoch it
-- may see. Both are compared before anything is written, so that a refused script has changed nothing.
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
-- The one place that decides how a card stands; time runs out by the server's clock, whoever asks.
local function card_is(card)
  local status, expires = unpack(redis.call('HMGET', CARDS, card .. '\\0status', card .. '\\0expires'))
  if status == 'open' and expires and tonumber(expires) < now() then return 'expired' end
  return status or 'unknown'
end
"""

CARD_STATUSES: Final = frozenset({b"open", b"answered", b"used", b"void", b"closed", b"expired", b"unknown"})
"""Everything a card can be said to be by these scripts; another word in its place is damage."""

OPEN: Final = NamedScript(
    _COMMON
    + JOINED
    + """
-- `lease` in ms, `run` or '' for the one that is due, `known` the member the caller has already.
-- Due is the run that was cut off, or else the first one that was accepted and has not begun.
-- Returns {'held', run}, {'idle'} when no run is due, or {'open', the fields of `Opened`}.
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
local writes, status = redis.call('HGET', WRITES, member), redis.call('HGET', RUNS, run)
local request = redis.call('HGET', INBOX, due) or redis.call('HGET', REQUESTS, due)
local events = told(due)
"""
    + f"return {{'open', {', '.join(Opened._fields)}}}",
    keys=RUN_KEYS,
    arguments=("token", "lease", "run", "known"),
)

COMMIT: Final = NamedScript(
    _COMMON
    + """
-- `parent` is the newest step, which the record need not come after; `closed` is the card of a branch that is left.
-- Commits one step, or nothing: whatever may refuse comes before the first write. Returns 'applied', or why not.
-- What was committed is never committed again, whoever repeats it: a reply may have been lost.
if redis.call('ZSCORE', INDEX, member) then return 'applied' end
local refused = forbidden(fence, epoch)
if refused then return refused end
if newest() ~= parent then return 'moved on' end
-- Members sort by time: one from a clock that is behind would never be the newest.
if member <= parent then return 'clock' end
if #records > 0 and (redis.call('HGET', HEAD, 'audit') or '') ~= before then return 'audit moved on' end
if used ~= '' then
  local found = redis.call('HMGET', CARDS, used .. '\\0status', used .. '\\0approved', used .. '\\0expires')
  if found[1] ~= 'answered' then return 'unapproved: the card is ' .. (found[1] or 'unknown') end
  if digest ~= '' and found[2] ~= digest then return 'unapproved: this is not what was approved' end
  if found[3] and tonumber(found[3]) < now() then return 'unapproved: the card has expired' end
  redis.call('HSET', CARDS, used .. '\\0status', 'used')
end
each(blobs, 2, function(number, value) redis.call('HSET', BLOBS, number, value) end)
redis.call('HSET', CHECKPOINTS, member, record)
redis.call('ZADD', INDEX, 0, member)
redis.call('HSET', HEAD, 'member', member, 'blobs', numbers, 'next', next_number)
if closed ~= '' then
  redis.call('HSET', CARDS, closed .. '\\0status', 'void', closed .. '\\0operation', run .. '/' .. token)
end
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
each(lines, 1, function(entry) redis.call('RPUSH', TRANSCRIPT, entry) end)
if run ~= '' then tell(run, telling, string.match(member, '%z(.*)$') or member) end
audit(before, records, after)
if #preview > 0 and tonumber(redis.call('HGET', PREVIEW, 'version') or '-1') <= tonumber(preview[1]) then
  redis.call('DEL', PREVIEW)
  redis.call('HSET', PREVIEW, unpack(preview, 2))
  show('draft')
end
if takes_up == '1' then begins(run) end
redis.call('HDEL', HEAD, 'broken')
if status == '' then
  redis.call('SET', LEASE, token, 'PX', lease)
else
  ends(run, status, log_keep)
  redis.call('DEL', LEASE)
end
if keep ~= '' then lasts(keep) end
return 'applied'
""",
    keys=RUN_KEYS,
    arguments=(
        "fence",
        "epoch",
        "member",
        "parent",
        "record",
        "token",
        "lease",
        "run",
        "status",
        "keep",
        "log_keep",
        "before",
        "after",
        "used",
        "digest",
        "numbers",
        "next_number",
        "takes_up",
        "closed",
    ),
    lists=("records", "blobs", "opened", "lines", "telling", "preview"),
)

WAIT: Final = NamedScript(
    _COMMON
    + """
-- Stores what the newest step waits for, ends the run and lets the thread go; once, however often it is repeated.
local kept = redis.call('HGET', WRITES, member) or ''
if string.find(kept, frame, 1, true) then return 'applied' end
local refused = forbidden(fence, epoch)
if refused then return refused end
if newest() ~= member then return 'moved on' end
redis.call('HSET', WRITES, member, kept .. frame)
tell(run, telling, '')
ends(run, 'interrupted', log_keep)
redis.call('HSET', HEAD, 'asker', run)
redis.call('DEL', LEASE)
return 'applied'
""",
    keys=RUN_KEYS,
    arguments=("fence", "epoch", "member", "frame", "run", "log_keep"),
    lists=("telling",),
)

CLAIM: Final = NamedScript(
    _COMMON
    + """
-- Takes an answer for the open card; the first one wins, and repeating it changes nothing.
local status = card_is(card)
if status == 'answered' and redis.call('HGET', CARDS, card .. '\\0operation') == operation then return 'applied' end
local refused = forbidden(fence, epoch)
if refused then return refused end
if status ~= 'open' and status ~= 'unknown' then return 'stale: ' .. status end
if (redis.call('HGET', HEAD, 'audit') or '') ~= before then return 'audit moved on' end
redis.call('HSET', CARDS, card .. '\\0status', 'answered', card .. '\\0operation', operation,
  card .. '\\0approved', approved, card .. '\\0answer', answer)
redis.call('HSET', HEAD, 'card', card)
audit(before, records, after)
begins(run)
return 'applied'
""",
    keys=RUN_KEYS,
    arguments=("fence", "epoch", "card", "operation", "approved", "answer", "before", "after", "run"),
    lists=("records",),
)

RENEW: Final = NamedScript(
    _COMMON
    + """
-- `lease` in ms; `next_event` is the index of the first event of `telling`.
-- Holds the thread for longer unless it was let go, and tells how the step is getting on, but nothing of its effects;
-- once, however often it is repeated. Returns 'applied', or why not.
local refused = forbidden(fence, epoch)
if refused then return refused end
if redis.call('PTTL', LEASE) < tonumber(lease) / 2 and redis.call('GET', LEASE) == token then
  redis.call('PEXPIRE', LEASE, lease)
end
-- A repeated call finds the log further than it expects, and so tells nothing twice.
if #telling > 0 and told(run) == tonumber(next_event) then tell(run, telling, '') end
return 'applied'
""",
    keys=RUN_KEYS,
    arguments=("fence", "epoch", "token", "lease", "run", "next_event"),
    lists=("telling",),
)

ACCEPT: Final = NamedScript(
    _COMMON
    + """
-- `slim` is the request without its schedule; `card` the one it answers, '' for a message, '*' for whichever is open;
-- `behind` is '1' to wait behind what is at work.
-- Keeps a request until its run takes it up. Returns {'taken'}, {'known', status}, {'busy', run} or {'stale', why}.
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
tell(run, telling, '')
redis.call('HSET', RUNS, run, 'pending')
-- A thread that has work never expires, however long ago its last run ended.
lasts('0')
return {'taken'}
""",
    keys=RUN_KEYS,
    arguments=("run", "request", "slim", "card", "behind"),
    lists=("telling",),
)

RELEASE: Final = NamedScript(
    _COMMON
    + """
-- Lets the thread go, unless somebody else has it.
if redis.call('GET', LEASE) ~= token then return 0 end
redis.call('DEL', LEASE)
if redis.call('HGET', HEAD, 'run') == run and redis.call('HGET', HEAD, 'begun') ~= run then
  redis.call('HDEL', HEAD, 'run')
end
return 1
""",
    keys=RUN_KEYS,
    arguments=("token", "run"),
)

STOP: Final = NamedScript(
    _COMMON
    + """
-- Ends a run for good, or the open card it left; `run` is '' for whichever is at work.
-- Returns 'applied', 'nothing', or 'audit moved on'.
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
-- The epoch stops what is at work at its next commit; without its lease, the next run need not wait for that.
if working then redis.call('DEL', LEASE) end
if working or queued then
  tell(run, telling, '')
  dequeue(run)
  ends(run, status, log_keep)
end
audit(before, records, after)
return 'applied'
""",
    keys=RUN_KEYS,
    arguments=("operation", "run", "status", "why", "log_keep", "before", "after"),
    lists=("telling", "records"),
)

FORGET: Final = NamedScript(
    _COMMON
    + """
-- Forgets a run that has ended: its request, its log, and those lines of the transcript. `card` is what the step
-- `member`, the newest one again, waits at, or '': it is open again if this run has closed it; `asker` showed it.
-- Returns 1, or 0 when it is at work.
if not over(run) then return 0 end
for _, kept in ipairs({RUNS, REQUESTS, INBOX}) do redis.call('HDEL', kept, run) end
redis.call('UNLINK', log(run))
each(lines, 1, function(line) redis.call('LREM', TRANSCRIPT, 1, line) end)
if #lines == 0 then return 1 end
-- The preview may be the run's; without one, the draft is shown as the newest step has it.
redis.call('DEL', PREVIEW)
redis.call('HDEL', HEAD, 'broken', 'last')
if card == '' or newest() ~= member then return 1 end
if string.match(redis.call('HGET', CARDS, card .. '\\0operation') or '', '^(.-)/') == run then
  for part in string.gmatch('answer operation approved', '%a+') do redis.call('HDEL', CARDS, card .. '\\0' .. part) end
  redis.call('HSET', CARDS, card .. '\\0status', 'open')
  redis.call('HSET', HEAD, 'card', card, 'asker', asker)
elseif card_is(card) == 'void' then
  redis.call('HSET', HEAD, 'broken', 'cancelled', 'last', 'cancelled')
end
return 1
""",
    keys=RUN_KEYS,
    arguments=("run", "card", "member", "asker"),
    lists=("lines",),
)

APPEND: Final = NamedScript(
    _COMMON
    + """
-- Adds a line to the transcript that no step has made; `length` is how many lines it was read with.
-- Once, however often it is repeated. Returns 'applied', 'unknown', or 'moved on'.
if redis.call('LINDEX', TRANSCRIPT, -1) == line then return 'applied' end
if redis.call('HEXISTS', RUNS, run) == 0 then return 'unknown' end
if redis.call('LLEN', TRANSCRIPT) ~= tonumber(length) then return 'moved on' end
redis.call('RPUSH', TRANSCRIPT, line)
local left = redis.call('PTTL', RUNS)
if left > 0 then redis.call('PEXPIRE', TRANSCRIPT, left) end
return 'applied'
""",
    keys=RUN_KEYS,
    arguments=("run", "line", "length"),
)

READ: Final = NamedScript(
    _COMMON
    + """
-- `cursor` is the entry already read or '', `start` the index of the first event wanted.
-- Returns what RUNS says, number of its events, index of the first one kept, and entries with id and fields.
local oldest = redis.call('XRANGE', log(run), '-', '+', 'COUNT', 1)[1]
local from = cursor ~= '' and '(' .. cursor
if not from then
  local holding = redis.call('XREVRANGE', log(run), start, '-', 'COUNT', 1)[1]
  from = holding and holding[1] or '-'
end
return {redis.call('HGET', RUNS, run), told(run), oldest and tonumber(string.match(oldest[1], '^%d+')) or -1,
  redis.call('XRANGE', log(run), from, '+', 'COUNT', limit)}
""",
    keys=RUN_KEYS,
    arguments=("run", "cursor", "start", "limit"),
)
