import type { ClientMessageType } from '#app/protocol';

/**
 * Messages that cost much of the database or of services elsewhere: of one person a process works on a few at the same
 * time. Collections (`FETCH_IMAGES`) have turns of their own, because they take long; `CHECK_CATEGORIES_DELETED`, which lets the
 * client go on, takes its turn itself.
 */
export const COSTLY_MESSAGES: ReadonlySet<ClientMessageType> = new Set([
  'UPLOAD_SLICE',
  'UPLOAD',
  'RETRY_UPLOADS',
  'CANCEL_BATCH',
  'FETCH_BATCH_UPLOADS',
  'CHECK_TITLES',
  'CREATE_CATEGORY',
  'RECATEGORIZE_FILES',
  'FETCH_REDLINKS',
  'FETCH_WANTED_CATEGORIES',
]);

/** Whose turns are kept. */
export interface TurnTaker {
  readonly closed: AbortSignal;
  costly<T>(work: () => Promise<T> | T): Promise<T>;
}

/** Answers at once what costs little, and the rest when it is its turn, unless nobody waits for it any more. */
export async function inTurn(
  type: ClientMessageType,
  client: TurnTaker,
  answer: () => Promise<void> | void,
): Promise<void> {
  if (!COSTLY_MESSAGES.has(type)) return answer();
  await client.costly(() => (client.closed.aborted ? undefined : answer()));
}
