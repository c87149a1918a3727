import { AdministratorRegister, LiveUpdates, SessionRepository, UserRepository } from '#app/persistence';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { ApiConfig } from '../api.config.js';

/**
 * Who is an administrator: whom this process's configuration names, unless a process with a newer one does not name them.
 * So a right that was taken away is gone everywhere with the first process that starts without it.
 */
@Injectable()
export class Administrators implements OnApplicationBootstrap {
  private readonly logger = new Logger(Administrators.name);
  private current: ReadonlySet<string>;

  constructor(
    private readonly config: ApiConfig,
    private readonly register: AdministratorRegister,
    private readonly live: LiveUpdates,
    private readonly users: UserRepository,
    private readonly sessions: SessionRepository,
  ) {
    this.current = new Set(config.adminUsernames);
  }

  has(username: string): boolean {
    return this.current.has(username);
  }

  async onApplicationBootstrap(): Promise<void> {
    const refresh = (): void => {
      this.refresh().catch((error: unknown) => {
        this.logger.error(`Could not read who is an administrator: ${String(error)}`);
      });
    };
    await this.live.subscribe({ onAdministrators: refresh, onReconnect: refresh });
    const former = await this.register.replace(this.config.adminUsernames);
    if (former.length === 0) return;
    await this.live.publishAdministrators();
    for (const username of former) await this.endSessions(username);
  }

  private async refresh(): Promise<void> {
    const newest = await this.register.list();
    if (newest === null) return;
    const { adminUsernames } = this.config;
    this.current = new Set(adminUsernames.filter((name) => newest.includes(name)));
  }

  /** Their sockets close with their sessions, on all processes; they may sign in again, without the right. */
  private async endSessions(username: string): Promise<void> {
    const user = await this.users.findByName(username);
    if (user === null) return;
    const ended = await this.sessions.endAll(user.userid);
    this.logger.warn(`User ${user.userid} is no administrator any more: ${ended} sessions ended`);
  }
}
