import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DomainError, TemporaryError, type RequestObserver } from '#app/protocol';
import { openTestReplica, type TestReplica } from '../../../../test/replica/test-replica.js';
import { parseDatabaseUrl } from '../database/database-url.js';
import { CommonsReplica } from './commons-replica.js';
import { ReplicaCluster } from './replica-cluster.js';
import { SshRoute } from './ssh-route.js';

const PAGES: readonly [number, number, string][] = [
  [1, 6, 'A_street.jpg'],
  [2, 14, 'Streets'],
  [3, 3, 'Someone'],
  [4, 10, 'Country'],
  [5, 0, 'Gallery'],
];
const TARGETS: readonly [number, number, string][] = [
  [10, 14, 'Streets'],
  [11, 14, 'Streets_in_Élan'],
  [12, 14, 'By_template'],
  [13, 10, 'Country'],
  [14, 0, 'No_such_gallery'],
  [15, 14, 'Only_categorised'],
];
const LINKS: readonly [number, number, number][] = [
  [1, 6, 10],
  [1, 6, 11],
  [1, 6, 12],
  [3, 3, 11],
  [4, 10, 12],
  [5, 0, 12],
  [5, 0, 14],
];

const soon = (): Date => new Date(Date.now() + 30_000);
const ssh = new SshRoute('');

describe('CommonsReplica', () => {
  let databases: TestReplica;
  let replica: CommonsReplica;

  beforeAll(async () => {
    databases = await openTestReplica();
    const { core, links } = databases;
    await links.run('INSERT INTO page (page_id, page_namespace, page_title) VALUES ?', [PAGES]);
    await links.run('INSERT INTO linktarget (lt_id, lt_namespace, lt_title) VALUES ?', [TARGETS]);
    await links.run('INSERT INTO pagelinks (pl_from, pl_from_namespace, pl_target_id) VALUES ?', [LINKS]);
    await links.run('INSERT INTO templatelinks VALUES (1, 6, 13)');
    await links.run('INSERT INTO categorylinks (cl_from, cl_target_id) VALUES (1, 15)');
    await core.run("INSERT INTO page (page_namespace, page_title) VALUES (14, 'There'), (0, 'Drifted')");
    await core.run(`INSERT INTO category VALUES (2, 'There', 9, 0, 0), (5, 'Empty', 0, 0, 0),
      (9, 'Drifted', 3, -1, 5), (10, 'Élan', 7, 2, 4)`);
    replica = new CommonsReplica({ coreUrl: core.url, linksUrl: links.url, ssh });
  });

  afterAll(async () => {
    await replica.close();
    await databases.drop();
  });

  it('finds links to categories without a page, not those that come from a template', async () => {
    const found = await replica.listRedlinks(100, soon());
    expect(new Set(found.map(({ title, linkedFrom }) => `${linkedFrom} → ${title}`))).toEqual(
      new Set([
        'File:A_street.jpg → Streets_in_Élan',
        'User talk:Someone → Streets_in_Élan',
        'Template:Country → By_template',
        'Gallery → By_template',
      ]),
    );
    expect(await replica.listRedlinks(1, soon())).toHaveLength(1);
    expect(await replica.listRedlinks(100, new Date(0))).toEqual([]);
  });

  it('finds categories with members but no page, a few at a time', async () => {
    const drifted = { title: 'Drifted', subcats: 0, files: 5, pages: 0, total: 3 };
    const elan = { title: 'Élan', subcats: 2, files: 4, pages: 1, total: 7 };
    expect(await replica.listMissingCategories(0, 2)).toEqual({ categories: [], last: 5 });
    expect(await replica.listMissingCategories(5, 1)).toEqual({ categories: [drifted], last: 9 });
    expect(await replica.listMissingCategories(9, 50)).toEqual({ categories: [elan], last: 10 });
    expect(await replica.listMissingCategories(10, 50)).toEqual({ categories: [], last: null });
    expect(await replica.listTopMissing(100)).toEqual([elan, drifted]);
    expect(await replica.listTopMissing(1)).toEqual([elan]);
  });

  it('says when it is not configured', async () => {
    const none = new CommonsReplica({ coreUrl: null, linksUrl: null, ssh });
    expect([none.hasCore, none.hasLinks, none.isTunnelled]).toEqual([false, false, false]);
    for (const asked of [none.listTopMissing(1), none.listRedlinks(1, soon())]) {
      const failure: unknown = await asked.catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(DomainError);
      expect(failure).toMatchObject({ code: 'NOT_CONFIGURED', httpStatus: 503 });
    }
    await none.close();
  });

  it('tells a server that is away, or that wants other credentials, from a fault', async () => {
    const failureOf = async (url: string): Promise<unknown> => {
      const other = new CommonsReplica({ coreUrl: url, linksUrl: null, ssh });
      const failure: unknown = await other.listTopMissing(1).catch((error: unknown) => error);
      await other.close();
      return failure;
    };
    const { url } = databases.core;
    const going = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(going, 'listening');
    const { port } = going.address() as AddressInfo;
    expect(await failureOf(`mysql://root@127.0.0.1:${port}/wiki`)).toBeInstanceOf(TemporaryError);
    going.close();
    expect(await failureOf(url.replace('//root', '//nobody'))).toMatchObject({ code: 'NOT_CONFIGURED' });
    expect(await failureOf(databases.links.url)).toMatchObject({ code: 'ER_NO_SUCH_TABLE' });
  });
});

describe('ReplicaCluster', () => {
  let databases: TestReplica;
  let cluster: ReplicaCluster;
  const observed: string[] = [];

  beforeAll(async () => {
    databases = await openTestReplica();
    const begin: RequestObserver['begin'] =
      ({ upstream, action }) =>
      (outcome) =>
        void observed.push(`${upstream} ${action} ${outcome}`);
    cluster = new ReplicaCluster(databases.core.url, ssh, { begin });
  });

  afterAll(async () => {
    await cluster.close();
    await databases.drop();
  });

  it('has the server give up a statement that takes too long, and goes on', async () => {
    await expect(
      cluster.rows('SELECT COUNT(*) FROM seq_1_to_2000000000 WHERE SHA1(seq) = 0', [], 0.1),
    ).rejects.toThrow(TemporaryError);
    expect(await cluster.rows('SELECT 1 AS one', [], 5)).toEqual([{ one: 1 }]);
    expect(observed).toEqual(['replica sql timeout', 'replica sql ok']);
  });

  it('does not wait for ever for a server of which nothing is heard', async () => {
    const { socketPath, host, port, database } = parseDatabaseUrl(databases.core.url);
    let isSilent = false;
    const relay = createServer((near) => {
      const far = socketPath === undefined ? connect(port ?? 3306, host) : connect(socketPath);
      near.pipe(far);
      far.on('data', (part) => void (isSilent || near.write(part)));
      near.on('close', () => far.destroy());
      far.on('close', () => near.destroy());
    }).listen(0, '127.0.0.1');
    await once(relay, 'listening');
    const address = relay.address() as AddressInfo;
    const through = new ReplicaCluster(`mysql://root@127.0.0.1:${address.port}/${database}`, ssh);
    expect(await through.rows('SELECT 1 AS one', [], 5)).toEqual([{ one: 1 }]);
    isSilent = true;
    await expect(through.rows('SELECT 1 AS one', [], 0.1)).rejects.toThrow(TemporaryError);
    isSilent = false;
    expect(await through.rows('SELECT 1 AS one', [], 5)).toEqual([{ one: 1 }]);
    await through.close();
    relay.close();
  });

  it('writes nothing', async () => {
    await expect(cluster.rows('SELECT 1; DELETE FROM page', [], 5)).rejects.toThrow(/syntax/);
    await expect(
      cluster.rows("INSERT INTO page (page_namespace, page_title) VALUES (0, 'A')", [], 5),
    ).rejects.toMatchObject({ errno: 1792 });
  });

  it('can be used again after it was closed', async () => {
    await cluster.close();
    expect(await cluster.rows('SELECT ? AS text', [Buffer.from('é')], 5)).toEqual([
      { text: Buffer.from('é') },
    ]);
  });
});
