/** Is told of the frames of a connection. */
export interface FrameObserver {
  /** @param type of a message that could be read; anything else for one that could not */
  received(type: string): void;
  /** A frame was given to the socket. */
  sent(frame: string | Buffer): void;
}
