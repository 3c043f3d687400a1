"""Pieces of Lua with which an owner is told something, for scripts that have the keys NEWS, MAIL and OUTBOX.

A change and the telling of it are one script, so that neither is without the other.
"""

from __future__ import annotations

from typing import Final

from dayloom.stores.redis.keys import KeyKind
from dayloom.stores.redis.round_trips import NamedScript

MOST_EVENTS: Final = 1_000
"""So many of the newest events are kept."""
MOST_MAIL: Final = 1_000
"""So many of the newest messages are kept."""
MOST_POSTS: Final = 10_000
"""So much may be on its way; what is more is not sent."""
TOLD_KEYS: Final = (KeyKind.NEWS, KeyKind.MAIL, KeyKind.OUTBOX)

NEWS: Final = """
-- Adds an event under the next number, which is returned; the newest `most` are kept, and whoever waits is woken.
local function tell_news(event, most)
  local last = redis.call('XREVRANGE', NEWS, '+', '-', 'COUNT', 1)[1]
  local number = last and tonumber(string.match(last[1], '^%d+')) + 1 or 1
  redis.call('XADD', NEWS, 'MAXLEN', most, number .. '-0', 'event', event)
  redis.call('PUBLISH', NEWS, number)
  return number
end
"""
TOLD: Final = (
    NEWS
    + f"""
-- Keeps messages (`id`, time, message), each once; the oldest make room.
local function keep_mail(mail)
  local order = MAIL .. ':order'
  for at = 1, #mail, 3 do
    if redis.call('HEXISTS', MAIL, mail[at]) == 0 then
      redis.call('HSET', MAIL, mail[at], mail[at + 2])
      redis.call('ZADD', order, mail[at + 1], mail[at])
    end
  end
  for _, id in ipairs(redis.call('ZRANGE', order, 0, -{MOST_MAIL + 1})) do
    redis.call('HDEL', MAIL, id, '\\0' .. id)
    redis.call('ZREM', order, id)
  end
end
-- Keeps what is to go out (`id`, post), each once.
local function keep_posts(posts)
  for at = 1, #posts, 2 do
    if redis.call('HLEN', OUTBOX) < {MOST_POSTS} then redis.call('HSETNX', OUTBOX, posts[at], posts[at + 1]) end
  end
end
local function tell_owner(news, mail, posts)
  for _, event in ipairs(news) do tell_news(event, {MOST_EVENTS}) end
  keep_mail(mail)
  keep_posts(posts)
end
"""
)

TELL: Final = NamedScript(
    TOLD
    + """
-- Tells the owner something once: `once` is a message or post that is there already when it was told before, or ''.
-- Returns 1, or 0 when it was told before.
if once ~= '' and (redis.call('HEXISTS', MAIL, once) == 1 or redis.call('HEXISTS', OUTBOX, once) == 1) then return 0 end
tell_owner(news, mail, posts)
return 1
""",
    keys=TOLD_KEYS,
    arguments=("once",),
    lists=("news", "mail", "posts"),
)

FORGET_MAIL: Final = NamedScript(
    """
-- Forgets a message. Returns how many there were of that id.
redis.call('ZREM', MAIL .. ':order', id)
return redis.call('HDEL', MAIL, id, '\\0' .. id) > 0 and 1 or 0
""",
    keys=(KeyKind.MAIL,),
    arguments=("id",),
)

MARK_READ: Final = NamedScript(
    """
-- Notes whether a message was read (`1`, or `` for not). Returns 0 when there is none of that id.
if redis.call('HEXISTS', MAIL, id) == 0 then return 0 end
if read == '1' then redis.call('HSET', MAIL, '\\0' .. id, '1') else redis.call('HDEL', MAIL, '\\0' .. id) end
return 1
""",
    keys=(KeyKind.MAIL,),
    arguments=("id", "read"),
)

SWAP_POST: Final = NamedScript(
    """
-- Puts one form of a post in the place of the one that was read, '' to forget it. Returns 1, or 0 when it has changed.
local stands = redis.call('HGET', OUTBOX, id) or ''
if stands == now then return 1 end
if stands ~= before then return 0 end
if now == '' then redis.call('HDEL', OUTBOX, id) else redis.call('HSET', OUTBOX, id, now) end
return 1
""",
    keys=(KeyKind.OUTBOX,),
    arguments=("id", "before", "now"),
)
