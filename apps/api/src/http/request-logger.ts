import { ConsoleLogger } from '@nestjs/common';
import { currentRequestId } from './request-context.js';

/** Writes to the console, naming in each line the request or message that was being answered. */
export class RequestLogger extends ConsoleLogger {
  protected override getJsonLogObject(
    ...line: Parameters<ConsoleLogger['getJsonLogObject']>
  ): ReturnType<ConsoleLogger['getJsonLogObject']> {
    const requestId = currentRequestId();
    const logged = super.getJsonLogObject(...line);
    return requestId === undefined ? logged : Object.assign(logged, { request_id: requestId });
  }

  protected override formatMessage(...line: Parameters<ConsoleLogger['formatMessage']>): string {
    const requestId = currentRequestId();
    const text = super.formatMessage(...line);
    return requestId === undefined ? text : `${text.trimEnd()} [${requestId}]\n`;
  }
}
