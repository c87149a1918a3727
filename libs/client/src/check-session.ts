import { CuratorError } from './curator-error.js';

const WITHIN_MS = 10_000;
const UNAUTHORIZED = 401;

/**
 * A WebSocket does not tell why it could not be opened: HTTP does.
 * @throws CuratorError SESSION_ENDED when another attempt cannot help
 */
export const checkSession = async (
  whoAmI: URL,
  headers: Readonly<Record<string, string>> | undefined,
  ask: typeof fetch,
): Promise<void> => {
  let status: number;
  try {
    const answer = await ask(whoAmI, {
      headers: { ...headers },
      credentials: 'include',
      signal: AbortSignal.timeout(WITHIN_MS),
    });
    status = answer.status;
    await answer.body?.cancel();
  } catch {
    // No answer at all: the server may come back.
    return;
  }
  if (status === UNAUTHORIZED) {
    throw new CuratorError('SESSION_ENDED', 'The session or the API token has ended or is not valid.', {
      http_status: status,
    });
  }
};
