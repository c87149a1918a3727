import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  buildAsyncApiDocument,
  CLIENT_MESSAGES,
  parseClientFrame,
  SERVER_MESSAGES,
  type ServerMessageType,
} from '#app/protocol';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { findDifference, KnownIds, learnIds, readExamples, type Example } from './documents/examples.js';
import { fillCategory } from './replica/fill-files.js';
import { openTestReplica, type TestReplica } from './replica/test-replica.js';
import type { LiveClient } from './support/live-client.js';
import { Stack } from './support/stack.js';
import { titleOf } from './upstreams/commons/titles.js';

const MEBIBYTE = 1024 * 1024;

const isServerType = (type: string): type is ServerMessageType => Object.hasOwn(SERVER_MESSAGES, type);

describe('docs/protocol.md', () => {
  let examples: Example[];
  let replica: TestReplica;
  let stack: Stack;
  const ids = new KnownIds();

  beforeAll(async () => {
    examples = readExamples(await readFile('docs/protocol.md', 'utf8'));
    replica = await openTestReplica();
    const { core, links } = replica;
    await core.run(
      "INSERT INTO category (cat_id, cat_title, cat_pages, cat_subcats, cat_files) VALUES (1, 'Streets_in_Ulm', 12, 2, 9)",
    );
    await links.run("INSERT INTO page (page_id, page_namespace, page_title) VALUES (1, 14, 'Ulm')");
    await links.run("INSERT INTO linktarget VALUES (1, 14, 'Squares_in_Ulm')");
    await links.run('INSERT INTO pagelinks VALUES (1, 14, 1)');
    await fillCategory(replica, { title: 'Streets in Bonn', titleId: 900, firstPage: 1, count: 20 });
    stack = await Stack.start({
      environment: { COMMONS_REPLICA_URL: core.url, COMMONS_LINKS_REPLICA_URL: links.url },
    });
  });

  afterAll(async () => {
    await stack.stop();
    await replica.drop();
  });

  const startImport = async (): Promise<void> => {
    const answer = await fetch(`${stack.api.url}/api/imports`, {
      method: 'POST',
      headers: { cookie: await stack.cookieOf(), 'content-type': 'application/json' },
      body: JSON.stringify({ import_method: 'category', category: 'Streets in Bonn' }),
    });
    const { job_id: id } = (await answer.json()) as { job_id: number };
    ids.bind(5101, id);
  };

  /** What has to be there before a message is sent. */
  const prepare = async (type: string): Promise<void> => {
    const { commons } = stack.upstreams;
    const { content } = commons.wiki;
    if (type === 'RESUME_BATCH') commons.bandwidth = MEBIBYTE;
    if (type === 'UPLOAD') commons.bandwidth = MEBIBYTE / 16;
    if (type === 'FETCH_BATCHES') commons.bandwidth = null;
    if (type === 'CHECK_CATEGORIES_DELETED') {
      const title = titleOf(14, 'Streets in Atlantis');
      content.delete(content.save(title, { user: 'Admin', comment: '', text: 'x' }).page);
    }
    if (type === 'RECATEGORIZE_FILES') commons.addPage('File:Old street.jpg', '[[Category:Old streets]]');
    if (type === 'SUBSCRIBE_IMPORT') await startImport();
  };

  /** Takes the next frame that is as the example says. @throws Error with how the frames of its type differ */
  const expectFrame = async (client: LiveClient, { message, line }: Example): Promise<void> => {
    const { type } = message;
    if (!isServerType(type)) throw new Error(`Line ${line}: no server sends ${type}`);
    const where = (frame: unknown): boolean => findDifference(message, frame, ids) === null;
    try {
      const frame = await client.next(type, { where, timeoutMs: 20_000 });
      learnIds(message, frame, ids);
    } catch (error) {
      const others = client.framesOf(type).slice(-3);
      const differences = others.map((frame) => findDifference(message, frame, ids) ?? 'taken already');
      const text = `Line ${line}: no ${type} as in the example. ${differences.join('\n')}\n${JSON.stringify(others, null, 2).slice(0, 4_000)}`;
      throw new Error(text, { cause: error });
    }
  };

  it('has an example of every message, and no other', () => {
    const shown = (from: string): string[] =>
      [
        ...new Set(
          examples.filter((one) => one.from === from && !one.isInvalid).map(({ message }) => message.type),
        ),
      ].sort();
    expect(shown('client')).toEqual(Object.keys(CLIENT_MESSAGES).sort());
    expect(shown('server')).toEqual(Object.keys(SERVER_MESSAGES).sort());
  });

  it('shows messages that are as the AsyncAPI document says', () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv);
    ajv.addSchema(buildAsyncApiDocument(), 'asyncapi');
    const wrong = examples
      .filter(({ isInvalid }) => !isInvalid)
      .flatMap(({ message, line }) => {
        const validate = ajv.getSchema(`asyncapi#/components/messages/${message.type}/payload`);
        void validate?.(message);
        return (validate?.errors ?? []).map(
          (error) => `Line ${line}: ${error.instancePath} ${error.message ?? ''}`,
        );
      });
    expect(wrong).toEqual([]);
    for (const { from, message, isInvalid } of examples)
      if (from === 'client')
        expect([message.type, parseClientFrame(JSON.stringify(message)).ok]).toEqual([
          message.type,
          !isInvalid,
        ]);
  });

  it('tells what a server really answers', async () => {
    const client = await stack.connect();
    let ran = 0;
    for (const example of examples) {
      if (example.from === 'client') {
        await prepare(example.message.type);
        client.sendText(JSON.stringify(ids.fill(example.message)));
      } else await expectFrame(client, example);
      ran += 1;
    }
    expect(ran).toBe(examples.length);
    expect(ran).toBeGreaterThan(70);
  });
});
