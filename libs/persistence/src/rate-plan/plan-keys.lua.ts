import { OVERDUE_MS } from './plan-uploads.js';

/** Longer than it takes from reserving a place to writing its row; no such place is longer counted without a row. */
export const INSERTING_MS = 60_000;

/**
 * What the scripts of the rate plan share. Of each person there are five keys in one hash slot:
 * KEYS[1], a hash: `windows` (JSON of [uploads, ms, edits, edits an upload] lists, where 0 edits: only uploads count; without it the plan is lost), `seq`, `full_until` (nothing fits
 * before), and after `ratelimited` also `hold`, `refusals`, `probing`, `probe`, `ramp_from`, `ramp_ms`; the same four of single
 * edits begin with `edit_`;
 * KEYS[2], a sorted set of the planned moments of what is not committed, one member an upload. That of an upload that may
 * have no row yet begins with when it was reserved and a colon;
 * KEYS[3], a sorted set of the moments at which commits count. One that is under way stands at the latest moment at
 * which its answer may come, so that it counts for as long as it is not answered;
 * KEYS[4], a set of the uploads whose place was used and that were not planned anew since;
 * KEYS[5], a sorted set of the moments at which single edits count, those under way like commits.
 *
 * ARGV[1] is a JSON object; moments are milliseconds, lists of moments are flat {moment, count, …} pairs.
 */
export const PLAN_KEYS = `
local request = cjson.decode(ARGV[1])
local now = request.now
local OVERDUE = ${OVERDUE_MS}
local INSERTING = ${INSERTING_MS}
local PART = 2000

local function text(number) return string.format('%.0f', number) end
local function number_of(field) return tonumber(redis.call('HGET', KEYS[1], field) or '0') end

local limits, longest
local function use_windows(windows)
  limits, longest = {}, 0
  for i, pair in ipairs(cjson.decode(windows)) do
    limits[i] = { uploads = pair[1], ms = pair[2], hits = pair[3], cost = pair[4] }
    longest = math.max(longest, pair[2])
  end
end

local function load_windows()
  local windows = redis.call('HGET', KEYS[1], 'windows')
  if windows then use_windows(windows) end
  return windows
end

-- An earlier version kept windows without it.
local function knows_edits()
  for _, limit in ipairs(limits) do
    if not limit.hits then return false end
  end
  return true
end

local function add_members(key, members)
  for i = 1, #members, PART do
    redis.call('ZADD', key, unpack(members, i, math.min(i + PART - 1, #members)))
  end
end

local function add(key, pairs_of, mark)
  local total = 0
  for i = 2, #pairs_of, 2 do total = total + pairs_of[i] end
  if total == 0 then return end
  local seq = redis.call('HINCRBY', KEYS[1], 'seq', total) - total
  local members = {}
  for i = 1, #pairs_of, 2 do
    local moment = text(pairs_of[i])
    for _ = 1, pairs_of[i + 1] do
      seq = seq + 1
      members[#members + 1] = moment
      members[#members + 1] = (mark or '') .. text(seq)
    end
  end
  add_members(key, members)
end

local function remove(key, moment, count)
  local score = text(moment)
  local members = redis.call('ZRANGEBYSCORE', key, score, score, 'LIMIT', 0, count)
  for i = 1, #members, PART do
    redis.call('ZREM', key, unpack(members, i, math.min(i + PART - 1, #members)))
  end
  return #members
end

local function fits_before(moment)
  if number_of('full_until') > moment then redis.call('HSET', KEYS[1], 'full_until', text(moment)) end
end

local function give_back(pairs_of)
  for i = 1, #pairs_of, 2 do
    if remove(KEYS[2], pairs_of[i], pairs_of[i + 1]) > 0 then fits_before(pairs_of[i] - longest) end
  end
end

-- Of what is reserved, leaves the running and what was reserved just now and has no row yet. The running are {moment, id,
-- whether its place is used, …}.
local function replace_reserved(rows, running)
  local with_row = {}
  for i = 1, #rows, 2 do with_row[text(rows[i])] = rows[i + 1] end
  local stored = redis.call('ZRANGE', KEYS[2], 0, -1, 'WITHSCORES')
  local members = {}
  for i = 1, #stored, 2 do
    local since = string.match(stored[i], '^(%d+):')
    if since and tonumber(since) > now - INSERTING then
      local moment = text(stored[i + 1])
      local left = with_row[moment] or 0
      if left > 0 then
        with_row[moment] = left - 1
      else
        members[#members + 1] = moment
        members[#members + 1] = stored[i]
      end
    end
  end
  redis.call('DEL', KEYS[2])
  redis.call('HDEL', KEYS[1], 'full_until')
  add_members(KEYS[2], members)
  local kept, used = {}, {}
  for i = 1, #running, 3 do
    local id = text(running[i + 1])
    if running[i + 2] == 1 or redis.call('SISMEMBER', KEYS[4], id) == 1 then
      used[#used + 1] = id
    else
      kept[#kept + 1] = running[i]
      kept[#kept + 1] = 1
    end
  end
  add(KEYS[2], kept)
  redis.call('DEL', KEYS[4])
  for i = 1, #used do redis.call('SADD', KEYS[4], used[i]) end
end

local function forget_past()
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', text(now - longest - OVERDUE))
  redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', text(now - longest))
  redis.call('ZREMRANGEBYSCORE', KEYS[5], '-inf', text(now - longest))
end

-- When a window that counts edits has room for so many more; an upload takes several at once.
local function edits_fit(limit, edits)
  local since = '(' .. text(now - limit.ms)
  local over = redis.call('ZCOUNT', KEYS[3], since, '+inf') * limit.cost
    + redis.call('ZCOUNT', KEYS[5], since, '+inf') + edits - limit.hits
  if over <= 0 then return now end
  local oldest = {}
  for key, weight in pairs({ [KEYS[3]] = limit.cost, [KEYS[5]] = 1 }) do
    local found = redis.call('ZRANGEBYSCORE', key, since, '+inf', 'WITHSCORES', 'LIMIT', 0, math.ceil(over / weight))
    for i = 2, #found, 2 do oldest[#oldest + 1] = { moment = math.min(tonumber(found[i]), now), weight = weight } end
  end
  table.sort(oldest, function(a, b) return a.moment < b.moment end)
  for _, hit in ipairs(oldest) do
    over = over - hit.weight
    if over <= 0 then return hit.moment + limit.ms end
  end
  return now + limit.ms
end

local function keep()
  local latest = math.max(now, number_of('hold'))
  for _, i in ipairs({ 2, 3, 5 }) do
    local last = redis.call('ZREVRANGE', KEYS[i], 0, 0, 'WITHSCORES')
    if last[2] then latest = math.max(latest, tonumber(last[2])) end
  end
  local ms = text(latest - now + (longest or 0) + OVERDUE + 60000)
  for i = 1, 5 do redis.call('PEXPIRE', KEYS[i], ms) end
end

local function fill(windows, known)
  redis.call('DEL', KEYS[2], KEYS[3], KEYS[4], KEYS[5])
  redis.call('HDEL', KEYS[1], 'full_until')
  redis.call('HSET', KEYS[1], 'windows', windows)
  use_windows(windows)
  if longest == 0 then return end
  add(KEYS[2], known.reserved)
  add(KEYS[3], known.hits)
  add(KEYS[5], known.edits)
end

-- 'same', 'changed', or nil when what counts has to be told first.
local function adopt(windows, known)
  local old = load_windows()
  if old == windows then return 'same' end
  local longest_before = longest or 0
  use_windows(windows)
  if longest > 0 and longest > longest_before then
    if not known then return nil end
    fill(windows, known)
  elseif longest == 0 then
    fill(windows, nil)
  else
    redis.call('HSET', KEYS[1], 'windows', windows)
    redis.call('HDEL', KEYS[1], 'full_until')
  end
  return 'changed'
end
`;
