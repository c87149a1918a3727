/**
 * The demo: api, worker and stand-ins for Commons and Mapillary on this machine, and a client of the public WebSocket API
 * that uploads a sample sequence. `npm run demo` starts it with DATABASE_URL and REDIS_URL set; `--once` ends it after the upload.
 */
import { createServer } from 'node:net';
import type { UploadUpdateItemDto } from '#app/protocol';
import type { LiveClient } from '../support/live-client.js';
import { Stack } from '../support/stack.js';
import { createBatch, openCollection } from '../support/upload-collection.js';
import { SAMPLE_SEQUENCES } from '../upstreams/index.js';
import { describeImage } from './describe-image.js';
import { countDone, followBatch } from './follow-batch.js';
import { ProgressBar } from './progress-bar.js';

const PREFERRED_PORT = 8000;
const HOST = '127.0.0.1';
/** How the stand-in wiki is slowed down, so that there is something to see. */
const WIKI_LATENCY_MS = 50;
const WIKI_BYTES_PER_SECOND = 16 * 1024 * 1024;
const REFRESH_MS = 200;
/** The exit code of what Ctrl-C ended. */
const INTERRUPTED = 130;

const say = (text = ''): boolean => process.stdout.write(`${text}\n`);

async function demo(isOnce: boolean): Promise<number> {
  const interrupt = new AbortController();
  for (const event of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'])
    process.once(event, () => interrupt.abort());
  const isInterrupted = new Promise<typeof INTERRUPTED>((resolve) => {
    interrupt.signal.addEventListener('abort', () => resolve(INTERRUPTED));
  });
  say('Starting the stand-ins for Wikimedia Commons and Mapillary, the API and a worker …');
  const port = await chooseApiPort();
  const publicUrl = `http://localhost:${port}`;
  const environment = { API_HOST: HOST, API_PORT: String(port), PUBLIC_URL: publicUrl };
  let stack: Stack;
  try {
    stack = await Stack.start({ environment }, openDemoStores);
  } catch (error) {
    if (interrupt.signal.aborted) return INTERRUPTED;
    throw error;
  }
  try {
    const result = await Promise.race([upload(stack), isInterrupted]);
    if (interrupt.signal.aborted || isOnce) return result;
    tellAddresses(stack, publicUrl);
    await isInterrupted;
    return result;
  } finally {
    await stack.stop();
  }
}

/** Uploads the sample sequence as its own user. @returns the exit code */
async function upload(stack: Stack): Promise<number> {
  const { commons } = stack.upstreams;
  commons.latencyMs = WIKI_LATENCY_MS;
  commons.bandwidth = WIKI_BYTES_PER_SECOND;
  const client = await stack.connect('Uploader');
  say(
    `Signed in as "Uploader" through the wiki's OAuth pages. Opening sequence ${SAMPLE_SEQUENCES.demo.id} …`,
  );
  const { images, sequenceId } = await openCollection(client, SAMPLE_SEQUENCES.demo.id);
  say(`${images.length} images. Creating a batch …`);
  const items = images.map((image) => ({
    id: image.id,
    input: sequenceId,
    ...describeImage(image, sequenceId),
  }));
  const batchid = await createBatch(client, items);
  say(`Batch ${batchid}. The wiki is slowed down to ${WIKI_BYTES_PER_SECOND / 1024 / 1024} MiB/s for this.`);
  const uploads = await showBatch(stack, client, batchid, images.length);
  return report(uploads, images.length);
}

async function showBatch(
  stack: Stack,
  client: LiveClient,
  batchid: number,
  total: number,
): Promise<UploadUpdateItemDto[]> {
  const bar = new ProgressBar();
  let latest: readonly UploadUpdateItemDto[] = [];
  const show = (): void => {
    const running = latest.filter(({ status }) => status === 'in_progress').length;
    bar.show({ done: countDone(latest), running, total, bytes: bytesReceived(stack) });
  };
  const timer = setInterval(show, REFRESH_MS);
  try {
    const uploads = await followBatch(client, batchid, (states) => {
      latest = states;
    });
    latest = uploads;
    show();
    return uploads;
  } finally {
    clearInterval(timer);
    bar.end();
  }
}

/** Bytes of all upload requests that the stand-in wiki has received in whole. */
function bytesReceived({ upstreams: { commons } }: Stack): number {
  return commons.log
    .filter(({ action }) => action === 'upload')
    .reduce((sum, { bytesIn }) => sum + bytesIn, 0);
}

function report(uploads: readonly UploadUpdateItemDto[], total: number): number {
  const completed = uploads.filter(({ status }) => status === 'completed');
  const others = uploads.filter(({ status }) => status !== 'completed');
  say();
  for (const { success } of completed) say(success);
  for (const { key, status, error } of others)
    say(`Image ${key}: ${status}${error ? `, ${error.message}` : ''}`);
  say(`\n${completed.length} of ${total} images uploaded.`);
  return completed.length === total ? 0 : 1;
}

function tellAddresses({ upstreams: { commons } }: Stack, publicUrl: string): void {
  say(`
Still running; Ctrl-C ends it and removes its data. To look at:
  Curator                ${publicUrl}/
  sign in                ${publicUrl}/auth/login
  its HTTP API           ${publicUrl}/api/docs
  its WebSocket API      ${publicUrl}/api/asyncapi
  its newest files       ${commons.url}/wiki/Main_Page`);
}

async function chooseApiPort(): Promise<number> {
  return (await findFreePort(PREFERRED_PORT)) ?? (await findFreePort(0)) ?? 0;
}

/** The port if it is free (for 0: any that is), else null. */
function findFreePort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, HOST, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? null) : null));
    });
  });
}

function openDemoStores(): Promise<{ databaseUrl: string; redisUrl: string; release: () => Promise<void> }> {
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl } = process.env;
  if (databaseUrl === undefined || redisUrl === undefined)
    throw new Error('DATABASE_URL and REDIS_URL are not set: start the demo with npm run demo');
  return Promise.resolve({ databaseUrl, redisUrl, release: () => Promise.resolve() });
}

process.exitCode = await demo(process.argv.includes('--once'));
if (process.connected) process.disconnect();
