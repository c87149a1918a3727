import type { BatchItemDto, UploadUpdateItemDto } from '#app/protocol';
import type { ClientRole, PlannedClient } from './plan-clients.js';

export interface HostSetup {
  readonly clients: readonly (PlannedClient & { readonly cookie: string; readonly userid: string })[];
  readonly seed: number;
}

/** What is watched: batches by the number of their person. Null: only lists are. */
export type Targets = Readonly<Record<number, number>>;

export interface HostStatus {
  /** How many are to be connected. */
  readonly clients: number;
  readonly open: number;
  /** Clients that have the whole state of what they watch. */
  readonly settled: number;
  /** When the last of them got it: milliseconds of the monotonic clock. */
  readonly lastSettledAt: number;
}

/** What the rows say, and therefore what each client should know. */
export interface Expected {
  readonly uploads: ReadonlyMap<number, readonly UploadUpdateItemDto[]>;
  /** What lists have to show of them. */
  readonly batches: readonly Pick<BatchItemDto, 'id' | 'userid' | 'stats'>[];
}

export interface Difference {
  readonly client: number;
  readonly role: ClientRole;
  readonly text: string;
}

export interface HostReport {
  /** When a status of an upload arrived, by changeKey: milliseconds of the monotonic clock, once a subscribed client. */
  readonly arrivals: ReadonlyMap<string, Float64Array>;
  /** From the beginning of the TCP connection to the upgrade, milliseconds. */
  readonly connectMs: Float64Array;
  /** From the same beginning to the first whole state of what the client watches. */
  readonly settleMs: Float64Array;
  readonly frames: number;
  readonly bytes: number;
  /** Frames in the second that had most of them. */
  readonly mostFramesASecond: number;
  /** Connections that the server ended, by code of the close. */
  readonly closes: Readonly<Record<string, number>>;
  /** Upgrades that came to nothing, by HTTP status or code of the error. */
  readonly refusals: Readonly<Record<string, number>>;
  /** `ERROR` frames to clients that had sent nothing wrong. */
  readonly errors: readonly string[];
  readonly rudeFrames: number;
  /** Rude frames whose connection lived and that were not answered. */
  readonly unanswered: number;
}

/** What the driver asks of a process that holds clients. */
export interface HostCommands {
  setUp(setup: HostSetup): void;
  /** Where clients connect from now on. */
  useApis(urls: readonly string[]): void;
  watch(targets: Targets): void;
  /** All clients, or the first of each so many. */
  connect(options: { every: number; withinMs: number }): void;
  /** Cuts all connections at once, without a word; each comes back within so many milliseconds. */
  cut(options: { backWithinMs: number }): void;
  /** Slow clients stop reading, or go on. */
  readSlowly(isSlow: boolean): void;
  /** Each rude client sends one frame that is no message. */
  beRude(): void;
  status(): HostStatus;
  compare(expected: Expected): readonly Difference[];
  /** What was measured since the last report. */
  report(): HostReport;
  /** Closes every connection. */
  leave(): Promise<void>;
}

export type HostCommand = keyof HostCommands;

export interface HostRequest {
  readonly id: number;
  readonly name: HostCommand;
  readonly argument: unknown;
}

export type HostReply = { readonly id: number } & ({ readonly result: unknown } | { readonly error: string });
