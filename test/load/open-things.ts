import { readdir, readFile, readlink } from 'node:fs/promises';
import { Redis } from 'ioredis';

/** What a process has open. */
export interface OpenThings {
  readonly descriptors: number;
  /** Of these, sockets. */
  readonly sockets: number;
}

/** File descriptors of a process. Linux only. */
export async function countDescriptors(pid: number): Promise<OpenThings> {
  const folder = `/proc/${pid}/fd`;
  const targets = await Promise.all(
    (await readdir(folder)).map((name) => readlink(`${folder}/${name}`).catch(() => null)),
  );
  const open = targets.filter((target) => target !== null);
  return { descriptors: open.length, sockets: open.filter((name) => name.startsWith('socket:')).length };
}

const LISTENING = '0A';
const TIME_WAIT = '06';

/** TCP connections to a port of this machine, as its listener has them. Linux only. See proc_net_tcp(5) */
export async function countConnectionsTo(url: string): Promise<number> {
  const port = Number(new URL(url).port).toString(16).toUpperCase().padStart(4, '0');
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8')));
  const rows = tables.flatMap((table) => table.trim().split('\n').slice(1));
  return rows.filter((row) => {
    const [, local = '', , state = ''] = row.trim().split(/\s+/);
    return local.endsWith(`:${port}`) && state !== LISTENING && state !== TIME_WAIT;
  }).length;
}

/** Channels of single batches, jobs and people that any process is subscribed to. */
export async function listSubscriptions(redisUrl: string): Promise<string[]> {
  const redis = redisUrl.startsWith('redis+unix://')
    ? new Redis({ path: new URL(redisUrl).pathname })
    : new Redis(redisUrl);
  try {
    const channels = (await redis.pubsub('CHANNELS', '*curator:live:*')) as string[];
    return channels.filter((channel) => /curator:live:\w+:/.test(channel)).sort();
  } finally {
    redis.disconnect();
  }
}
