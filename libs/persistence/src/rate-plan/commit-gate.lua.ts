import { PLAN_KEYS } from './plan-keys.lua.js';

/** Who waits for somebody else's probe asks again after this. */
export const PROBE_POLL_MS = 500;

/** Of the steps in which more and more is planned after a hold. */
const SHORTEST_RAMP_MS = 250;

/** The first wait after a refusal, and the longest, where the windows are not known. */
export const UNKNOWN_WINDOW_MS = 180_000;
const SHORTEST_HOLD_MS = 500;

/** Sets `hold` and `refusals` from `window`, for the fields with this prefix. */
export const holdOff = (prefix: string): string => `
window = window * request.scale
local first = math.max(${SHORTEST_HOLD_MS}, math.ceil(window / 60))
local refusals = 0
if number_of('${prefix}probing') == 1 and hold + window > now then refusals = number_of('${prefix}refusals') + 1 end
hold = now + math.min(first * 2 ^ refusals, math.max(first, math.ceil(window / 8)))
redis.call('HSET', KEYS[1], '${prefix}hold', text(hold), '${prefix}probing', 1, '${prefix}refusals', text(math.min(refusals, 60)))
redis.call('HDEL', KEYS[1], '${prefix}probe')`;

/** Request: now, planned, upload, inFlight. Answers {'go'}, {'wait', until} or {'unknown'}. See RatePlan.takeCommit. */
export const TAKE_COMMIT = `${PLAN_KEYS}
if not load_windows() or not knows_edits() then return { 'unknown' } end
local hold = number_of('hold')
if hold > now then return { 'wait', hold } end

local probing, probe = number_of('probing') == 1, number_of('probe')
if probing and probe > 0 and now < probe + request.inFlight then
  return { 'wait', math.min(probe + request.inFlight, now + ${PROBE_POLL_MS}) }
end

forget_past()
local free = now
for _, limit in ipairs(limits) do
  if limit.hits > 0 then free = math.max(free, edits_fit(limit, limit.cost)) end
  local since = '(' .. text(now - limit.ms)
  local count = redis.call('ZCOUNT', KEYS[3], since, '+inf')
  if count >= limit.uploads then
    local first = redis.call('ZRANGEBYSCORE', KEYS[3], since, '+inf', 'WITHSCORES', 'LIMIT', count - limit.uploads, 1)
    free = math.max(free, math.min(tonumber(first[2]), now) + limit.ms)
  end
end
if free > now then return { 'wait', free } end

if longest > 0 then
  if not request.upload or redis.call('SADD', KEYS[4], text(request.upload)) == 1 then
    remove(KEYS[2], request.planned, 1)
    if request.planned > now then fits_before(request.planned - longest) end
  end
  add(KEYS[3], { now + request.inFlight, 1 })
end
if probing then redis.call('HSET', KEYS[1], 'probe', text(now)) end
keep()
return { 'go' }`;

/** Request: now, taken, accepted, inFlight. */
export const SETTLE_COMMIT = `${PLAN_KEYS}
if number_of('probing') == 1 then
  if number_of('probe') == request.taken then redis.call('HDEL', KEYS[1], 'probe') end
  if request.accepted and request.taken >= number_of('hold') then
    redis.call('HDEL', KEYS[1], 'probing', 'probe', 'refusals')
  end
end
if not load_windows() or longest == 0 then return 0 end
remove(KEYS[3], request.taken + request.inFlight, 1)
add(KEYS[3], { math.max(now, request.taken), 1 })
keep()
return 1`;

/** Request: now, scale. Answers until when nothing is to be sent. */
export const NOTE_RATE_LIMITED = `${PLAN_KEYS}
load_windows()
local hold = number_of('hold')
if hold > now then return hold end
local window = longest or 0
if window == 0 then window = ${UNKNOWN_WINDOW_MS} end
${holdOff('')}
redis.call('HSET', KEYS[1], 'ramp_from', text(hold), 'ramp_ms', text(math.max(${SHORTEST_RAMP_MS}, math.ceil(window / 480))))
redis.call('HDEL', KEYS[1], 'full_until')
keep()
return hold`;
