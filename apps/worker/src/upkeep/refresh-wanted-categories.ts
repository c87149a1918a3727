import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { CommonsReplica, WantedCategoryRefresher, WantedCategoryRepository } from '#app/persistence';

const NAME = 'wanted-categories';
const EVERY_MS = 60_000;
const AFTER_FAILURE_MS = 600_000;

/** Makes the list of wanted categories anew, at start and whenever it has become too old, in one process at a time. */
@Injectable()
export class WantedCategoriesUpkeep implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(WantedCategoriesUpkeep.name);
  private readonly stop = new AbortController();
  private running: Promise<void> | null = null;
  private notBefore = 0;

  constructor(
    private readonly scheduler: SchedulerRegistry,
    private readonly replica: CommonsReplica,
    private readonly lists: WantedCategoryRepository,
    private readonly refresher: WantedCategoryRefresher,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.replica.hasCore) return;
    this.scheduler.addInterval(
      NAME,
      setInterval(() => this.start(), EVERY_MS),
    );
    this.start();
  }

  async onModuleDestroy(): Promise<void> {
    if (this.scheduler.doesExist('interval', NAME)) this.scheduler.deleteInterval(NAME);
    this.stop.abort(new Error('The process ends'));
    await this.running;
  }

  private start(): void {
    if (Date.now() < this.notBefore) return;
    this.running ??= this.refresh()
      .catch((error: unknown) => {
        if (this.stop.signal.aborted) return;
        this.notBefore = Date.now() + AFTER_FAILURE_MS;
        this.logger.warn({
          message: `The list of wanted categories could not be made; it is tried again in ten minutes: ${String(error)}`,
        });
      })
      .finally(() => (this.running = null));
  }

  private async refresh(): Promise<void> {
    // Nobody is signed in to another host by ssh before they have asked for something that needs it.
    if (this.replica.isTunnelled && (await this.lists.findAge()) === null) return;
    const count = await this.refresher.refreshIfDue(this.stop.signal);
    if (count !== null) this.logger.log({ message: 'The list of wanted categories is made', count });
  }
}
