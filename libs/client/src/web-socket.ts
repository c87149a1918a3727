/** As much of the standard WebSocket as is used here. */
export interface WebSocketLike {
  readonly readyState: number;
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'open' | 'error', listener: (event: unknown) => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { code: number; reason: string }) => void): void;
}

/**
 * A WebSocket class: that of the browser, of Node 22 and newer, or of the package `ws`. With an API token it is called with
 * `{ headers }` as second argument, which browsers do not know: there the session cookie speaks.
 */
export type WebSocketClass = new (url: string, options?: never) => WebSocketLike;

const SOCKET_OPEN = 1;

export const isOpen = (socket: WebSocketLike | undefined): socket is WebSocketLike =>
  socket?.readyState === SOCKET_OPEN;

/** @throws TypeError where there is none */
export const findWebSocketClass = (given: WebSocketClass | undefined): WebSocketClass => {
  const found = given ?? (globalThis as { WebSocket?: WebSocketClass }).WebSocket;
  if (found !== undefined) return found;
  throw new TypeError(
    'There is no global WebSocket here (Node has one from version 22 on): pass one as the option `WebSocket`.',
  );
};

export const openSocket = (
  WebSocket: WebSocketClass,
  url: string,
  headers: Readonly<Record<string, string>> | undefined,
): WebSocketLike => {
  const words = headers === undefined ? [url] : [url, { headers }];
  return Reflect.construct(WebSocket, words) as WebSocketLike;
};

/** What the class of `ws` has beside the standard. */
interface MoreThanStandard {
  readonly terminate?: () => void;
  readonly on?: (event: 'ping', listener: () => void) => void;
}

/** Ends it at once where it can be (`ws`), else by a closing handshake that nobody waits for. */
export const abandonSocket = (socket: WebSocketLike & MoreThanStandard): void => {
  if (socket.terminate === undefined) socket.close();
  else socket.terminate();
};

/** Calls `heard` for the protocol's pings, where the class tells of them (`ws`). */
export const onPing = (socket: WebSocketLike & MoreThanStandard, heard: () => void): void => {
  socket.on?.('ping', heard);
};
