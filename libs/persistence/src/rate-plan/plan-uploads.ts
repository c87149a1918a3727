/** What a wiki lets a person do: at most `hits` in any `seconds`. */
export interface PlanWindow {
  hits: number;
  seconds: number;
  /** Hits that one upload takes; 1 unless told. */
  cost?: number;
  /** Single edits count in it too, one hit each. */
  edits?: boolean;
}

/** After the wiki has refused: steps of `ms` from `from` on, the first for one upload, each for twice as many as the one before. */
export interface Ramp {
  from: number;
  ms: number;
}

export interface PlanRequest {
  windows: readonly PlanWindow[];
  /** Moments that are taken already, in milliseconds, ascending. */
  reserved: readonly number[];
  count: number;
  /** Nothing is planned before. */
  from: number;
  ramp?: Ramp;
}

export interface UploadLimit {
  uploads: number;
  ms: number;
}

export interface Counted {
  /** When commits that are done or under way count. */
  hits: readonly number[];
  /** Planned moments of what is not committed. */
  reserved: readonly number[];
  now: number;
}

/** From here on the ramp is no limit any more. */
export const RAMP_STEPS = 10;

/** What is later than this has been given up or forgotten, and stops counting like what was committed then. */
export const OVERDUE_MS = 10 * 60_000;

/** A window as a number of uploads; one upload always fits, or nothing could ever be planned. */
export const toLimit = ({ hits, seconds, cost = 1 }: PlanWindow): UploadLimit => ({
  uploads: Math.max(1, Math.floor(hits / cost)),
  ms: Math.ceil(seconds * 1_000),
});

/** As the scripts keep a window: uploads, milliseconds, edits that it takes (0 where only uploads count), edits an upload takes. */
export function toStoredLimit(window: PlanWindow): [number, number, number, number] {
  const { uploads, ms } = toLimit(window);
  const { hits, cost = 1, edits = false } = window;
  return [uploads, ms, edits ? Math.max(hits, cost) : 0, cost];
}

/** The moments that count for a plan made now, ascending: what is overdue may be committed any moment, and what is under way was not committed later than now. */
export const countedMoments = ({ hits, reserved, now }: Counted): number[] =>
  [
    ...hits.map((moment) => Math.min(moment, now)),
    ...reserved.map((moment) => Math.max(moment, Math.min(now, moment + OVERDUE_MS))),
  ].sort((a, b) => a - b);

/**
 * The earliest moments for `count` further uploads such that no stretch of time [t, t + window) ever holds more than the
 * window allows, in ascending order. Gaps between reserved moments are used. Each moment is the earliest that is left, and
 * no other plan has an earlier k-th one: an upload moved forward only enters stretches that later uploads are not in.
 *
 * Where as many uploads as a window takes are closer together than it is long, a further one may not come within the
 * window's length of both their first and their last. So a moment is pushed to the end of each such span it lies in until
 * it lies in none.
 */
export function planUploads({ windows, reserved, count, from, ramp }: PlanRequest): number[] {
  const limits = windows.map(toLimit);
  const past: number[] = [];
  let next = 0;
  const at = (index: number): number => past[index] ?? reserved[next + index - past.length] ?? Infinity;
  const reaches = limits.map((limit) => ({ ...limit, behind: 0, ahead: 0 }));

  const pushOut = (moment: number, reach: (typeof reaches)[number]): number => {
    const { uploads, ms } = reach;
    while (at(reach.behind) <= moment - ms) reach.behind += 1;
    while ((reserved[reach.ahead] ?? Infinity) < moment + ms) reach.ahead += 1;
    const following = Math.max(0, reach.ahead - next);
    if (past.length - reach.behind + following < uploads) return moment;
    const lowest = Math.max(reach.behind, past.length - uploads);
    for (let index = past.length + Math.min(0, following - uploads); index >= lowest; index -= 1) {
      const first = at(index);
      if (at(index + uploads - 1) - first < ms) return first + ms;
    }
    return moment;
  };

  const held = { step: -1, uploads: 0 };
  const pushOfRamp = (moment: number): number => {
    if (!ramp || moment < ramp.from) return moment;
    const step = Math.floor((moment - ramp.from) / ramp.ms);
    if (step >= RAMP_STEPS) return moment;
    const start = ramp.from + step * ramp.ms;
    if (held.step !== step) {
      const isInStep = (taken: number): boolean => taken >= start && taken < start + ramp.ms;
      held.step = step;
      held.uploads = past.filter(isInStep).length + reserved.slice(next).filter(isInStep).length;
    }
    return held.uploads < 2 ** step ? moment : start + ramp.ms;
  };

  const planned: number[] = [];
  let moment = from;
  while (planned.length < count) {
    let pushed = moment;
    do {
      moment = pushed;
      for (let taken = reserved[next]; taken !== undefined && taken <= moment; taken = reserved[next]) {
        past.push(taken);
        next += 1;
      }
      for (const reach of reaches) pushed = Math.max(pushed, pushOut(moment, reach));
      pushed = Math.max(pushed, pushOfRamp(moment));
    } while (pushed > moment);
    planned.push(moment);
    past.push(moment);
    held.uploads += 1;
  }
  return planned;
}
