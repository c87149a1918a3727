import { Injectable, Logger } from '@nestjs/common';
import { answerClass } from '#app/commons-client';
import { RefusedError, TemporaryError } from '#app/protocol';
import type { Ending } from './halt.js';
import type { RunContext } from './run-context.js';

type Stop = Extract<Ending, { do: 'pause-service' }>;

/** Tells a block of this service from a refusal of one request that only looks like it. */
@Injectable()
export class ServiceCheck {
  private readonly logger = new Logger(ServiceCheck.name);

  /**
   * Where it is a guess, asks the wiki for something harmless: what gets through shows that the service is let in. An answer
   * that tells nothing, or none, is not taken for a block: everybody would wait for it.
   */
  async isServiceBlocked(
    { reason, otherwise }: Stop,
    context: Pick<RunContext, 'client' | 'upload'> | undefined,
  ): Promise<boolean> {
    if (otherwise === undefined || context === undefined) return true;
    try {
      await context.client.userInfo(context.upload.signal);
    } catch (error) {
      if (!(error instanceof TemporaryError || error instanceof RefusedError)) throw error;
      const answer = answerClass(error);
      if (answer === 'service-blocked' || answer === 'turned-away') return true;
    }
    this.logger.warn({
      message: `Only one upload is refused, not this service: ${reason}`,
      uploadId: context.upload.row.id,
    });
    return false;
  }
}
