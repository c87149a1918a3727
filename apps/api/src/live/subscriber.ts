/** Who is sent frames. */
export interface Subscriber {
  /** @param frame one text frame, encoded once where many get the same */
  sendFrame(frame: string | Buffer): void;
}
