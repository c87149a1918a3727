export interface Batch {
  id: number;
  userid: string;
  username: string;
  /** 12 hexadecimal characters. */
  editGroupId: string;
  /** The batch whose uploads were copied into this one. */
  retryOf: number | null;
  pausedAt: Date | null;
  pausedReason: string | null;
  createdAt: Date;
  updatedAt: Date;
}

export interface BatchStats {
  total: number;
  queued: number;
  in_progress: number;
  completed: number;
  failed: number;
  cancelled: number;
  /** All three duplicate statuses. */
  duplicate: number;
}

/** A batch as lists show it: exactly the BatchItem of the wire contract, times in ISO 8601 UTC. */
export interface BatchSummary {
  id: number;
  created_at: string;
  updated_at: string;
  edit_group_id: string;
  username: string;
  userid: string;
  stats: BatchStats;
}

export interface BatchFilter {
  userid?: string;
  /** A batch id exactly, or the start of a user name whatever its case; empty means none. */
  filter?: string;
}

export interface BatchSchedule {
  queued: number;
  /** When the first and the last queued upload may be published, as planned. */
  nextStart: Date | null;
  lastStart: Date | null;
}

export interface WorkAhead {
  /** Uploads of the person that are queued or running and planned up to the moment; those of paused batches do not count. */
  uploads: number;
  /** Moments of the newest commits, newest first. */
  commits: Date[];
}
