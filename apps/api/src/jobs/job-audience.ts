import type { Job } from '#app/persistence';
import { isJobEnded } from '#app/protocol';

/** A job is looked at no more often, however often it comes on. */
const LOOK_INTERVAL_MS = 250;

interface Member {
  readonly of: object;
  readonly topic: string;
  readonly tell: (job: Job) => Promise<void> | void;
}

export interface JobAudienceServices {
  /** Resolves when changes of the job are received. */
  listen(): Promise<void>;
  find(): Promise<Job | null>;
  /** Nobody watches any more, or there is nothing more to see. */
  close(): void;
  report(error: unknown): void;
}

/** Those who watch one job. What they are told comes one after the other, so that nothing older follows. */
export class JobAudience {
  private readonly members = new Set<Member>();
  private readonly listening: Promise<void>;
  private turn: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private lookedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly services: JobAudienceServices) {
    this.listening = services.listen();
    this.listening.catch(() => services.close());
  }

  /** Resolves when the newcomer was told how far the job has come. @throws what kept the job from being found */
  async join(of: object, topic: string, tell: Member['tell']): Promise<void> {
    const member = { of, topic, tell };
    this.members.add(member);
    await this.listening;
    const first = this.turn.then(() => this.look([member]));
    this.turn = first.catch(() => {
      // The newcomer is told, and nobody else asked.
    });
    await first;
  }

  leave(of: object, topic: string): void {
    for (const member of this.members) {
      if (member.of === of && member.topic === topic) this.members.delete(member);
    }
    if (this.members.size === 0) this.close();
  }

  noteChange(): void {
    if (this.timer !== undefined || this.members.size === 0) return;
    const wait = Math.max(0, this.lookedAt + LOOK_INTERVAL_MS - performance.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.lookedAt = performance.now();
      this.turn = this.turn
        .then(() => this.look([...this.members]))
        .catch((error: unknown) => this.services.report(error));
    }, wait);
  }

  private async look(members: readonly Member[]): Promise<void> {
    const job = await this.services.find();
    if (job === null) return;
    for (const member of members) {
      if (this.members.has(member)) await member.tell(job);
    }
    if (isJobEnded(job.status) && members.length === this.members.size) this.close();
  }

  private close(): void {
    clearTimeout(this.timer);
    this.members.clear();
    this.services.close();
  }
}
