"""The Lua scripts of the newest preview of a thread."""

from __future__ import annotations

from typing import Final

from dayloom.stores.redis.round_trips import Script

PUT_PREVIEW: Final = Script("""
-- KEYS preview; ARGV version, value. Returns 1, or 0 when a newer version is there already.
if tonumber(redis.call('HGET', KEYS[1], 'version') or '-1') > tonumber(ARGV[1]) then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'version', ARGV[1], 'value', ARGV[2])
return 1
""")

GET_PREVIEW: Final = Script("""
-- KEYS preview, blobs. Returns version, value, and the number and value of the blob that is its schedule.
local version, value, blob = unpack(redis.call('HMGET', KEYS[1], 'version', 'value', 'blob'))
return {version, value, blob, blob and redis.call('HGET', KEYS[2], blob)}
""")
