/** Who is sent frames. */
export interface Subscriber {
  /** More is on its way to them than they read: what can be told later, as its newest state, should be. */
  readonly isBehind: boolean;
  /** Calls when they are not behind any more, at once if they are not; of each topic only the call given last. */
  whenCaughtUp(topic: string, tell: () => void): void;
  /** @param frame one text frame, encoded once where many get the same */
  sendFrame(frame: string | Buffer): void;
}
