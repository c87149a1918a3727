import { currentContext, inContext, type WorkContext } from '#app/observability';

/** Runs `work`, and whatever it starts, in the name of one request or message, and of who sent it. */
export const inRequest = <T>(requestId: string, work: () => T, sender: WorkContext = {}): T =>
  inContext({ ...sender, request_id: requestId }, work);

/** The id of the request that is being answered; undefined outside of any. */
export const currentRequestId = (): string | undefined => currentContext()?.request_id;
