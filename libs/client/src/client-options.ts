import type { Backoff } from './backoff.js';
import type { CuratorError } from './curator-error.js';
import type { ServerMessage } from './generated/messages.js';
import type { ConnectionState } from './link.js';
import type { WebSocketClass } from './web-socket.js';

export interface CuratorClientOptions {
  /** The address of Curator, `https://curator.example.org`; in a browser by default that of the page. */
  readonly url?: string | undefined;
  /** An API token with the scope `read`, and `upload` where something is changed. Without one the session cookie speaks. */
  readonly token?: string | undefined;
  /** By default the global one; Node 20 has none: the class of the package `ws` fits. */
  readonly WebSocket?: WebSocketClass | undefined;
  /** By default the global one. It asks for `/auth/whoami` after a connection that could not be opened. */
  readonly fetch?: typeof fetch | undefined;
  readonly backoff?: Backoff | undefined;
  /** Of a request for its turn, and again for its answer: 30 s. */
  readonly timeoutMs?: number | undefined;
  readonly connectTimeoutMs?: number | undefined;
  /** A connection that was silent for so long is asked whether it still lives: 45 s. */
  readonly heartbeatMs?: number | undefined;
  /** And is given up when it does not answer within this: 10 s. */
  readonly heartbeatTimeoutMs?: number | undefined;
  /** Requests that may wait for a connection or their turn; more are refused: 100. */
  readonly maxWaiting?: number | undefined;
  /** Ends the client when it aborts, as `close()` does. */
  readonly signal?: AbortSignal | undefined;
  readonly onState?: ((state: ConnectionState, why?: CuratorError) => void) | undefined;
  /** Every message of the server, also those that nobody waits for. */
  readonly onMessage?: ((message: ServerMessage) => void) | undefined;
  /** What the server sent cannot be read; nothing ends because of it. */
  readonly onProblem?: ((error: CuratorError) => void) | undefined;
}
