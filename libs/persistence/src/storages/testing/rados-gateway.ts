import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { S3Server } from './s3-contract.js';

const BUCKET = 'exports';
const MAX_TRIES = 120;
const run = promisify(execFile);

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No port is free');
  return address.port;
}

const configuration = (folder: string, fsid: string, monitor: string, gateway: string): string => `[global]
fsid = ${fsid}
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
keyring = ${folder}/keyring
mon host = ${monitor}
public addr = 127.0.0.1
cluster addr = 127.0.0.1
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon data = ${folder}/mon
osd data = ${folder}/osd
mgr data = ${folder}/mgr
osd objectstore = memstore
memstore device bytes = 2147483648
run dir = ${folder}/run
admin socket = ${folder}/run/$name.asok
log file = ${folder}/$name.log
pid file = ${folder}/run/$name.pid
ms bind ipv6 = false
rgw frontends = beast endpoint=${gateway}
`;

const KEYS: readonly (readonly [name: string, ...caps: string[]])[] = [
  ['mon.', 'mon', 'allow *'],
  ['client.admin', 'mon', 'allow *', 'osd', 'allow *', 'mgr', 'allow *'],
  ['client.rgw', 'mon', 'allow *', 'osd', 'allow *', 'mgr', 'allow *'],
  ['osd.0', 'mon', 'allow profile osd', 'osd', 'allow *', 'mgr', 'allow profile osd'],
  ['mgr.x', 'mon', 'allow profile mgr', 'osd', 'allow *'],
];

/**
 * Ceph's own S3 gateway over a cluster of one monitor and one store in memory, with one bucket. Debian's packages radosgw,
 * ceph-mon, ceph-osd and ceph-mgr. See https://docs.ceph.com/en/pacific/install/manual-deployment/
 */
export async function startRadosGateway(): Promise<S3Server> {
  const folder = await mkdtemp(join(tmpdir(), 'rgw-'));
  const [monitorPort, gatewayPort] = [await freePort(), await freePort()];
  const [monitor, host] = [`[v2:127.0.0.1:${monitorPort}/0]`, `127.0.0.1:${gatewayPort}`];
  const fsid = randomUUID();
  const at = (name: string): string => join(folder, name);
  const call = (program: string, ...words: string[]): Promise<unknown> =>
    run(program, ['-c', at('ceph.conf'), ...words], { timeout: 60_000 });
  const close = async (): Promise<void> => {
    for (const name of await readdir(at('run'))) {
      if (name.endsWith('.pid')) await end(Number(await readFile(join(folder, 'run', name), 'utf8')));
    }
    await rm(folder, { recursive: true, force: true });
  };

  for (const name of ['run', 'mon', 'osd', 'mgr']) await mkdir(at(name));
  await writeFile(at('ceph.conf'), configuration(folder, fsid, monitor, host));
  await call('ceph-authtool', '--create-keyring', at('keyring'));
  for (const [name, ...caps] of KEYS) {
    const words = caps.flatMap((word, index) => (index % 2 === 0 ? ['--cap', word] : [word]));
    await call('ceph-authtool', at('keyring'), '--gen-key', '-n', name, ...words);
  }
  await call('monmaptool', '--create', '--fsid', fsid, '--addv', 'a', monitor, at('monmap'));
  try {
    await call('ceph-mon', '-i', 'a', '--mkfs', '--monmap', at('monmap'), '--keyring', at('keyring'));
    await call('ceph-mon', '-i', 'a');
    const store = randomUUID();
    await call('ceph', 'osd', 'new', store);
    await call('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', store);
    await call('ceph-osd', '-i', '0');
    await call('ceph-mgr', '-i', 'x');
    await call('radosgw', '-n', 'client.rgw');
    const keys = { accessKeyId: 'curator', secretAccessKey: randomUUID() };
    const words = ['--access-key', keys.accessKeyId, '--secret-key', keys.secretAccessKey];
    await call('radosgw-admin', 'user', 'create', '--uid', 'curator', '--display-name', 'curator', ...words);
    const place = {
      endpoint: `http://${host}`,
      region: 'default',
      bucket: BUCKET,
      prefix: 'a/b/',
      pathStyle: true,
    };
    await makeBucket({ endpoint: place.endpoint, region: place.region, credentials: keys });
    return { host, place, credentials: keys, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The gateway listens some time after its program has gone into the background. */
async function makeBucket(options: {
  endpoint: string;
  region: string;
  credentials: S3Server['credentials'];
}): Promise<void> {
  const client = new S3Client({ ...options, forcePathStyle: true });
  for (let tries = 1; ; tries += 1) {
    try {
      await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
      return client.destroy();
    } catch (error) {
      if (tries === MAX_TRIES) throw error;
      await sleep(500);
    }
  }
}

async function end(pid: number): Promise<void> {
  for (let tries = 1; isAlive(pid); tries += 1) {
    process.kill(pid, tries > 40 ? 'SIGKILL' : 'SIGTERM');
    await sleep(100);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
