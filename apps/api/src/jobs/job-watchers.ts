import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { JobRepository, LiveUpdates, type Job } from '#app/persistence';

import type { Connection } from '../live/connection.js';
import { JobAudience } from './job-audience.js';

/** What a connection watches, one job of each. */
export type JobTopic = 'import' | 'recategorize' | `end of ${number}`;

/** Sends a connection how far a job has come. */
export type TellJob = (job: Job) => Promise<void> | void;

/** Who watches which background job on this process. Nothing is asked of the database while nothing changes. */
@Injectable()
export class JobWatchers implements OnModuleInit {
  private readonly logger = new Logger(JobWatchers.name);
  private readonly audiences = new Map<number, JobAudience>();
  private readonly watched = new Map<Connection, Map<JobTopic, number>>();

  constructor(
    private readonly jobs: JobRepository,
    private readonly live: LiveUpdates,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.live.subscribe({
      onJob: (jobid) => this.audiences.get(jobid)?.noteChange(),
      onReconnect: () => {
        for (const audience of this.audiences.values()) audience.noteChange();
      },
    });
  }

  /**
   * Tells at once and then on change, until the job ends, in place of what the connection watched under this topic before.
   * @param tell whether the person may see the job is checked already
   */
  async watch(connection: Connection, topic: JobTopic, jobid: number, tell: TellJob): Promise<void> {
    this.leave(connection, topic);
    connection.subscriptions.claim(topic);
    const topics = this.watched.get(connection) ?? new Map<JobTopic, number>();
    this.watched.set(connection, topics.set(topic, jobid));
    const audience = this.audiences.get(jobid) ?? this.open(jobid);
    try {
      await audience.join(connection, topic, tell);
    } catch (error) {
      this.leave(connection, topic);
      throw error;
    }
  }

  leave(connection: Connection, topic: JobTopic): void {
    const topics = this.watched.get(connection);
    const jobid = topics?.get(topic);
    if (topics === undefined || jobid === undefined) return;
    topics.delete(topic);
    connection.subscriptions.release(topic);
    if (topics.size === 0) this.watched.delete(connection);
    this.audiences.get(jobid)?.leave(connection, topic);
  }

  /** The connection watches no job any more. */
  release(connection: Connection): void {
    for (const topic of this.watched.get(connection)?.keys() ?? []) this.leave(connection, topic);
  }

  private open(jobid: number): JobAudience {
    const audience = new JobAudience({
      listen: () => this.live.watchJob(jobid),
      find: () => this.jobs.find(jobid),
      close: () => this.close(jobid, audience),
      report: (error) =>
        this.logger.warn({ message: 'A job could not be told', jobid, error: String(error) }),
    });
    this.audiences.set(jobid, audience);
    return audience;
  }

  /** There is nothing more to see of it. */
  private forget(jobid: number): void {
    for (const [connection, topics] of this.watched) {
      for (const [topic, watched] of topics) {
        if (watched !== jobid) continue;
        topics.delete(topic);
        connection.subscriptions.release(topic);
      }
      if (topics.size === 0) this.watched.delete(connection);
    }
  }

  private close(jobid: number, audience: JobAudience): void {
    if (this.audiences.get(jobid) !== audience) return;
    this.audiences.delete(jobid);
    this.forget(jobid);
    this.live.unwatchJob(jobid).catch((error: unknown) => {
      this.logger.warn({ message: 'A subscription could not be ended', jobid, error: String(error) });
    });
  }
}
