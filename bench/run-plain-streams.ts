import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { Upstreams } from '../test/upstreams/index.js';
import type { PlainStreamsResult, PlainStreamsTask } from './plain-streams.js';

/** What the worker does by default: four uploads at once, three requests of one person, large chunks for large files. */
const LIKE_THE_WORKER = { chunkBytes: 16 * 1024 * 1024, filesAtOnce: 4, requestsAtOnce: 3 };

/** Moves sample images with plain streams, in a process of its own. What it stashed is removed. @throws Error when it fails */
export async function runPlainStreams(
  { cdn, commons }: Upstreams,
  ids: readonly string[],
  userName: string,
): Promise<PlainStreamsResult> {
  const task: PlainStreamsTask = {
    ...LIKE_THE_WORKER,
    urls: ids.map((id) => cdn.photoUrl(id, 'original')),
    apiUrl: commons.apiUrl,
    consumer: commons.consumer,
    token: commons.accessToken(userName),
  };
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'plain-streams.js')], {
    env: { PATH: process.env['PATH'] ?? '', TMPDIR: tmpdir() },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify(task));
  const [output, [code]] = await Promise.all([
    text(child.stdout),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  if (code !== 0) throw new Error(`The plain streams ended with ${code ?? 'a signal'}`);
  await commons.clearStash();
  return JSON.parse(output) as PlainStreamsResult;
}
