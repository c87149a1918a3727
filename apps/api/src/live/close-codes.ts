/** Why the server ends a WebSocket. See https://www.rfc-editor.org/rfc/rfc6455#section-7.4 and docs/operations/limits.md. */
export const CLOSE_CODES = {
  /** The server restarts: connect again. */
  goingAway: 1001,
  /** The session has ended, or the client sends on after it was refused. */
  policyViolation: 1008,
  /** The client reads or writes too slowly, or holds more memory than others: connect again later. */
  tryAgainLater: 1013,
} as const;

export type CloseCode = (typeof CLOSE_CODES)[keyof typeof CLOSE_CODES];
