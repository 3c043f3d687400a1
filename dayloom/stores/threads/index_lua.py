"""The Lua scripts of the thread index: the note on a thread, and its status by its own keys."""

from __future__ import annotations

from typing import Final

from dayloom.stores.redis.keys import KeyKind
from dayloom.stores.redis.round_trips import Script

THREAD_STATUS_KEYS: Final = (
    KeyKind.HEAD,
    KeyKind.CARDS,
    KeyKind.QUEUE,
    KeyKind.LEASE,
    KeyKind.INDEX,
    KeyKind.WRITES,
    KeyKind.CHECKPOINTS,
)

ENTER: Final = Script("""
-- KEYS book, threads; ARGV thread, note, what is told on the channel of the owner's threads.
-- Returns 'entered', or 'known' and the note that is there, if any.
if redis.call('SISMEMBER', KEYS[2], ARGV[1]) == 1 or redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then
  return {'known', redis.call('HGET', KEYS[1], ARGV[1])}
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('SADD', KEYS[2], ARGV[1])
redis.call('PUBLISH', KEYS[2], ARGV[3])
return {'entered'}
""")

REPLACE: Final = Script("""
-- KEYS book, threads; ARGV thread, the note as it was or '', the note as it is to be, what is told as in ENTER.
-- Returns 1, or 0 when another change came first or the thread is gone; then nothing was written.
local found = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if found ~= ARGV[2] or redis.call('SISMEMBER', KEYS[2], ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('PUBLISH', KEYS[2], ARGV[4])
return 1
""")

THREAD_STATUS: Final = Script("""
-- KEYS as in THREAD_STATUS_KEYS.
-- Returns whether a run is at work or waits for its turn, how the open card stands, why the turn was broken off, how
-- the last run ended, the oldest and the newest step, and what the newest one waits for.
local head = redis.call('HMGET', KEYS[1], 'begun', 'run', 'card', 'broken', 'last', 'member')
local begun, run, card, broken, last, member = unpack(head)
local shown, expires = unpack(card and redis.call('HMGET', KEYS[2], card .. '\\0status', card .. '\\0expires') or {})
local time = redis.call('TIME')
if expires and tonumber(expires) < time[1] * 1000 + math.floor(time[2] / 1000) then shown = 'expired' end
local held = run and redis.call('EXISTS', KEYS[4]) > 0
local busy = (begun or held or redis.call('LLEN', KEYS[3]) > 0) and 1 or 0
local oldest = redis.call('ZRANGE', KEYS[5], 0, 0)[1]
local newest = redis.call('ZREVRANGEBYLEX', KEYS[5], '(\\1', '[\\0', 'LIMIT', 0, 1)[1] or ''
if member and newest < member and redis.call('HEXISTS', KEYS[7], member) == 1 then newest = member end
return {busy, shown or '', broken or '', last or '', oldest or '', newest, redis.call('HGET', KEYS[6], newest)}
""")
