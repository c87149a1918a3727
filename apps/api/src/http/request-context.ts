import { AsyncLocalStorage } from 'node:async_hooks';

interface RequestContext {
  readonly requestId: string;
}

const contexts = new AsyncLocalStorage<RequestContext>();

/** Runs `work`, and whatever it starts, in the name of one request or message. */
export const inRequest = <T>(requestId: string, work: () => T): T => contexts.run({ requestId }, work);

/** The id of the request that is being answered; undefined outside of any. */
export const currentRequestId = (): string | undefined => contexts.getStore()?.requestId;
