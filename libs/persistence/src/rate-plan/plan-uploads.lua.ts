/**
 * `planUploads` where the reserved moments are, so that a whole slice is planned and reserved in one step. KEYS[1] is a
 * hash from moment (milliseconds) to the number of uploads reserved for it, with two fields of other names: `ready`, set
 * once the moments of the rows are in it, and `floor`, before which nothing is planned.
 *
 * ARGV: count, from, number of windows, {uploads, ms} of each, then, if the key is to be filled first, 'fill' and
 * {moment, uploads} pairs. Answers {moment, uploads, …} in ascending order, or nil when the key has to be filled.
 */
export const PLAN_UPLOADS = `
local count, from, windows = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local limits, longest = {}, 0
for i = 1, windows do
  local uploads, ms = tonumber(ARGV[2 + 2 * i]), tonumber(ARGV[3 + 2 * i])
  limits[i] = { uploads = uploads, ms = ms }
  longest = math.max(longest, ms)
end

if redis.call('HEXISTS', KEYS[1], 'ready') == 0 then
  local fill = 4 + 2 * windows
  if ARGV[fill] ~= 'fill' then return nil end
  redis.call('HSET', KEYS[1], 'ready', '1')
  for i = fill + 1, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1]) end
end

local stored = redis.call('HGETALL', KEYS[1])
local reserved, latest = {}, from
for i = 1, #stored, 2 do
  local moment = tonumber(stored[i])
  if stored[i] == 'floor' then
    from = math.max(from, tonumber(stored[i + 1]))
  elseif moment then
    if moment <= tonumber(ARGV[2]) - longest then
      redis.call('HDEL', KEYS[1], stored[i])
    else
      for _ = 1, tonumber(stored[i + 1]) do reserved[#reserved + 1] = moment end
      latest = math.max(latest, moment)
    end
  end
end
table.sort(reserved)

local past, following = {}, 1
local function at(index)
  if index <= #past then return past[index] end
  return reserved[following + index - #past - 1] or math.huge
end

local function push_out(moment, limit)
  local uploads, ms = limit.uploads, limit.ms
  local total = #past + #reserved - following + 1
  for index = math.min(#past, total - uploads) + 1, math.max(0, #past - uploads) + 1, -1 do
    local first, last = at(index), at(index + uploads - 1)
    if first <= moment - ms then break end
    if last - first < ms and last < moment + ms then return first + ms end
  end
  return moment
end

local answer, moment = {}, from
for _ = 1, count do
  local pushed = moment
  repeat
    moment = pushed
    while reserved[following] and reserved[following] <= moment do
      past[#past + 1] = reserved[following]
      following = following + 1
    end
    for i = 1, windows do pushed = math.max(pushed, push_out(moment, limits[i])) end
  until pushed <= moment
  past[#past + 1] = moment
  if answer[#answer - 1] == moment then
    answer[#answer] = answer[#answer] + 1
  else
    answer[#answer + 1] = moment
    answer[#answer + 1] = 1
  end
end

for i = 1, #answer, 2 do
  redis.call('HINCRBY', KEYS[1], string.format('%.0f', answer[i]), answer[i + 1])
  latest = math.max(latest, answer[i])
end
redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', latest + longest + 60000))
return answer`;

/** ARGV: {moment, change} pairs. Nothing happens while the key has to be filled: the rows know. */
export const CHANGE_RESERVED = `
if redis.call('HEXISTS', KEYS[1], 'ready') == 0 then return 0 end
for i = 1, #ARGV, 2 do
  if redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1]) <= 0 then redis.call('HDEL', KEYS[1], ARGV[i]) end
end
return 1`;

/** ARGV: moment. */
export const RAISE_FLOOR = `
local floor = tonumber(redis.call('HGET', KEYS[1], 'floor') or '0')
if floor >= tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'floor', ARGV[1])
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
if redis.call('PTTL', KEYS[1]) < ARGV[1] - now then redis.call('PEXPIREAT', KEYS[1], ARGV[1]) end
return 1`;
