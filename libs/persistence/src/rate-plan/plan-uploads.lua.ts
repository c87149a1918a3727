import { PLAN_KEYS } from './plan-keys.lua.js';
import { RAMP_STEPS } from './plan-uploads.js';

/**
 * `planUploads` where the moments are, so that replacing, planning and reserving is one step.
 *
 * Request: now, count, and either windows (JSON), isGuess (they are for who has none), and known ({reserved, hits}, when they had to be told), for uploads
 * without rows; or rows (the moments of all that are not committed) and running (of those the ones that are worked on, which
 * keep theirs), to plan the others anew. Answers {moment, uploads, …} in ascending order, or nil when `known` is needed, or when the windows
 * are lost.
 */
export const PLAN_UPLOADS = `${PLAN_KEYS}
if request.windows and not (request.isGuess and load_windows()) then
  if not adopt(request.windows, request.known) then return nil end
elseif not load_windows() then
  return nil
end

local from = math.max(now, number_of('hold'))
if longest == 0 then
  keep()
  return { from, request.count }
end

if request.rows then replace_reserved(request.rows, request.running) end
forget_past()
from = math.max(from, number_of('full_until'))

local function moments_of(key, earliest, effective)
  local stored = redis.call('ZRANGEBYSCORE', key, '(' .. text(earliest), '+inf', 'WITHSCORES')
  local moments = {}
  for i = 2, #stored, 2 do moments[#moments + 1] = effective(tonumber(stored[i])) end
  return moments
end

local planned = moments_of(KEYS[2], from - longest - OVERDUE, function(moment)
  return math.max(moment, math.min(now, moment + OVERDUE))
end)
local hits = moments_of(KEYS[3], from - longest, function(moment) return math.min(moment, now) end)
local reserved, next_hit = {}, 1
for _, moment in ipairs(planned) do
  while hits[next_hit] and hits[next_hit] <= moment do
    reserved[#reserved + 1] = hits[next_hit]
    next_hit = next_hit + 1
  end
  reserved[#reserved + 1] = moment
end
for i = next_hit, #hits do reserved[#reserved + 1] = hits[i] end

-- Single edits go on as they do now, but leave half of their window to uploads.
for _, limit in ipairs(limits) do
  if (limit.hits or 0) > 0 then
    local edits = redis.call('ZCOUNT', KEYS[5], '(' .. text(now - limit.ms), '+inf')
    if edits > 0 then
      limit.uploads = math.max(1, math.floor((limit.hits - math.min(edits, limit.hits / 2)) / limit.cost))
    end
  end
end

local past, following = {}, 1
local function at(index)
  if index <= #past then return past[index] end
  return reserved[following + index - #past - 1] or math.huge
end

for _, limit in ipairs(limits) do limit.behind, limit.ahead = 1, 1 end
local function push_out(moment, limit)
  local uploads, ms = limit.uploads, limit.ms
  while at(limit.behind) <= moment - ms do limit.behind = limit.behind + 1 end
  while (reserved[limit.ahead] or math.huge) < moment + ms do limit.ahead = limit.ahead + 1 end
  local ahead = math.max(0, limit.ahead - following)
  if #past - limit.behind + 1 + ahead < uploads then return moment end
  for index = #past + 1 + math.min(0, ahead - uploads), math.max(limit.behind, #past - uploads + 1), -1 do
    local first = at(index)
    if at(index + uploads - 1) - first < ms then return first + ms end
  end
  return moment
end

local ramp_from, ramp_ms = number_of('ramp_from'), number_of('ramp_ms')
local held_step, held = -1, 0
local function push_of_ramp(moment)
  if ramp_ms == 0 or moment < ramp_from then return moment end
  local step = math.floor((moment - ramp_from) / ramp_ms)
  if step >= ${RAMP_STEPS} then return moment end
  local start = ramp_from + step * ramp_ms
  if held_step ~= step then
    held_step, held = step, 0
    for i = #past, 1, -1 do
      if past[i] < start then break end
      if past[i] < start + ramp_ms then held = held + 1 end
    end
    for i = following, #reserved do
      if reserved[i] >= start + ramp_ms then break end
      if reserved[i] >= start then held = held + 1 end
    end
  end
  if held < 2 ^ step then return moment end
  return start + ramp_ms
end

local answer, moment = {}, from
for _ = 1, request.count do
  local pushed = moment
  repeat
    moment = pushed
    while reserved[following] and reserved[following] <= moment do
      past[#past + 1] = reserved[following]
      following = following + 1
    end
    for i = 1, #limits do pushed = math.max(pushed, push_out(moment, limits[i])) end
    pushed = math.max(pushed, push_of_ramp(moment))
  until pushed <= moment
  past[#past + 1] = moment
  held = held + 1
  if answer[#answer - 1] == moment then
    answer[#answer] = answer[#answer] + 1
  else
    answer[#answer + 1] = moment
    answer[#answer + 1] = 1
  end
end

if #answer > 0 then
  add(KEYS[2], answer, request.windows and text(now) .. ':')
  redis.call('HSET', KEYS[1], 'full_until', text(answer[#answer - 1]))
end
keep()
return answer`;

/** Request: now, windows, known. Answers 'same', 'changed', or nil when `known` is needed. */
export const SET_WINDOWS = `${PLAN_KEYS}
local outcome = adopt(request.windows, request.known)
if outcome then keep() end
return outcome`;

/** Request: now, back, upload (whose it is, when that may have used it). Nothing happens while the plan is lost or there are no windows: the rows know. */
export const GIVE_BACK = `${PLAN_KEYS}
if not load_windows() then return 0 end
if request.upload and redis.call('SREM', KEYS[4], text(request.upload)) == 1 then return 0 end
give_back(request.back)
return 1`;
