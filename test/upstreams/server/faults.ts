/** Which requests a fault is for: every named part has to fit. */
export interface FaultMatch {
  method?: string;
  /** A part of the request's path. */
  path?: string;
  /** The action API's `action`, or the stand-in's own name of what is asked for. */
  action?: string;
  /** A finer name within an action, such as `chunk` or `commit` of `upload`. */
  step?: string;
  user?: string;
  /** Parameters that have to have exactly these values. */
  params?: Record<string, string>;
}

/** One scripted misbehaviour. Without any of the effects it only counts as used. */
export interface Fault {
  match?: FaultMatch;
  /** How many fitting requests pass unharmed first. */
  skip?: number;
  /** How many fitting requests are hit; 0 means all from then on. Default 1. */
  times?: number;
  /** Milliseconds to wait before anything else happens. */
  delayMs?: number;
  /** Closes the connection without an answer, before or after the request took effect. */
  close?: 'before' | 'after';
  /** Answers with the upstream's own error shape. */
  error?: { code: string; info: string; data?: Record<string, unknown> };
  /** Lets what is answered end with the request's headers and parameters, as a careless server's errors do. */
  echoes?: boolean;
  /** Answers exactly so. */
  answer?: { status?: number; headers?: Record<string, string>; body?: string };
  /** Lets the request take effect before `error` or `answer` is given. */
  applied?: boolean;
  /** Gives the proper answer but closes the connection after so many bytes of its body. */
  truncateAfter?: number;
}

/** What faults are matched against. */
export interface FaultSubject {
  method: string;
  path: string;
  action: string;
  step: string;
  user: string | null;
  params: Readonly<Record<string, string>>;
}

const fits = (match: FaultMatch, subject: FaultSubject): boolean =>
  (match.method === undefined || match.method === subject.method) &&
  (match.path === undefined || subject.path.includes(match.path)) &&
  (match.action === undefined || match.action === subject.action) &&
  (match.step === undefined || match.step === subject.step) &&
  (match.user === undefined || match.user === subject.user) &&
  Object.entries(match.params ?? {}).every(([name, value]) => subject.params[name] === value);

/** Scripted faults in the order they were added; the first that fits a request is used up by it. Then those at random. */
export class FaultQueue {
  /** Asked about every request that no scripted fault has hit. */
  atRandom: ((subject: FaultSubject) => Fault | null) | null = null;
  private readonly waiting: { fault: Fault; toSkip: number; left: number }[] = [];
  private readonly usedUp: Fault[] = [];

  add(...faults: Fault[]): void {
    for (const fault of faults) {
      const times = fault.times ?? 1;
      this.waiting.push({ fault, toSkip: fault.skip ?? 0, left: times === 0 ? Infinity : times });
    }
  }

  clear(): void {
    this.waiting.length = 0;
    this.usedUp.length = 0;
  }

  /** Faults that have hit a request, once per hit. */
  get used(): readonly Fault[] {
    return this.usedUp;
  }

  /** How many faults still wait for their request. */
  get pending(): number {
    return this.waiting.length;
  }

  take(subject: FaultSubject): Fault | null {
    for (const [index, entry] of this.waiting.entries()) {
      if (!fits(entry.fault.match ?? {}, subject)) continue;
      if (entry.toSkip > 0) {
        entry.toSkip -= 1;
        continue;
      }
      entry.left -= 1;
      if (entry.left <= 0) this.waiting.splice(index, 1);
      this.usedUp.push(entry.fault);
      return entry.fault;
    }
    const fault = this.atRandom?.(subject) ?? null;
    if (fault !== null) this.usedUp.push(fault);
    return fault;
  }
}
