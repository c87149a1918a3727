import { holdOff, PROBE_POLL_MS, UNKNOWN_WINDOW_MS } from './commit-gate.lua.js';
import { PLAN_KEYS } from './plan-keys.lua.js';

/** Request: now, inFlight. Answers {'go'}, {'wait', until} or {'unknown'}. See EditPlan.take. */
export const TAKE_EDIT = `${PLAN_KEYS}
if not load_windows() or not knows_edits() then return { 'unknown' } end
local hold = number_of('edit_hold')
if hold > now then return { 'wait', hold } end

local probing, probe = number_of('edit_probing') == 1, number_of('edit_probe')
if probing and probe > 0 and now < probe + request.inFlight then
  return { 'wait', math.min(probe + request.inFlight, now + ${PROBE_POLL_MS}) }
end

-- More than half of a window only where planned uploads leave it.
local function leaves_room(limit)
  local since = '(' .. text(now - limit.ms)
  local edits = redis.call('ZCOUNT', KEYS[5], since, '+inf') + 1
  if edits <= math.max(1, limit.hits / 2) then return now end
  local uploads = redis.call('ZCOUNT', KEYS[3], since, '+inf')
    + redis.call('ZCOUNT', KEYS[2], text(now - OVERDUE), text(now + limit.ms))
  if edits + uploads * limit.cost <= limit.hits then return now end
  return now + math.max(${PROBE_POLL_MS}, math.ceil(limit.ms / 60))
end

forget_past()
local free = now
for _, limit in ipairs(limits) do
  if limit.hits > 0 then free = math.max(free, edits_fit(limit, 1), leaves_room(limit)) end
end
if free > now then return { 'wait', free } end

if longest > 0 then add(KEYS[5], { now + request.inFlight, 1 }) end
if probing then redis.call('HSET', KEYS[1], 'edit_probe', text(now)) end
keep()
return { 'go' }`;

/** Request: now, taken, accepted, inFlight. */
export const SETTLE_EDIT = `${PLAN_KEYS}
if number_of('edit_probing') == 1 then
  if number_of('edit_probe') == request.taken then redis.call('HDEL', KEYS[1], 'edit_probe') end
  if request.accepted and request.taken >= number_of('edit_hold') then
    redis.call('HDEL', KEYS[1], 'edit_probing', 'edit_probe', 'edit_refusals')
  end
end
if not load_windows() or longest == 0 then return 0 end
remove(KEYS[5], request.taken + request.inFlight, 1)
add(KEYS[5], { math.max(now, request.taken), 1 })
keep()
return 1`;

/** Request: now, scale. Answers until when no edit is to be sent. */
export const NOTE_EDIT_LIMITED = `${PLAN_KEYS}
load_windows()
local hold = number_of('edit_hold')
if hold > now then return hold end
local window = 0
for _, limit in ipairs(limits or {}) do
  if (limit.hits or 0) > 0 then window = math.max(window, limit.ms) end
end
if window == 0 then window = ${UNKNOWN_WINDOW_MS} end
${holdOff('edit_')}
keep()
return hold`;
