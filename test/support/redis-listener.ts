import { Redis } from 'ioredis';

/** Hears everything that is said to a Redis: each command with what it writes (MONITOR), and all that is published. */
export class RedisListener {
  /** One text for each command and message. */
  readonly heard: string[] = [];
  private readonly opened: Redis[] = [];

  static async start(redisUrl: string): Promise<RedisListener> {
    const listener = new RedisListener();
    const client = new Redis(redisUrl);
    const subscriber = new Redis(redisUrl);
    const monitor = await client.monitor();
    listener.opened.push(client, subscriber, monitor);
    monitor.on('monitor', (_time: string, words: string[]) => listener.heard.push(words.join(' ')));
    subscriber.on('pmessage', (_pattern, channel, message) => listener.heard.push(`${channel} ${message}`));
    await subscriber.psubscribe('*');
    return listener;
  }

  stop(): void {
    for (const client of this.opened) client.disconnect();
  }
}
