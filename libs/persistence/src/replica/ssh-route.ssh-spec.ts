import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DomainError } from '#app/protocol';
import { LocalSshd } from '../../../../test/replica/local-sshd.js';
import { openTestReplica, type TestReplica } from '../../../../test/replica/test-replica.js';
import { waitUntil } from '../../../../test/support/wait-until.js';
import { parseDatabaseUrl } from '../database/database-url.js';
import { CommonsReplica } from './commons-replica.js';
import { SshRoute } from './ssh-route.js';

const LOGIN = { user: 'curator_replica', password: 'p w#1' };

/** A port of this machine through which the database can be reached, as it has only a socket. */
class Relay {
  readonly sockets = new Set<Socket>();
  private constructor(private readonly server: Server) {}

  static async start(databaseUrl: string): Promise<Relay> {
    const { socketPath, host, port } = parseDatabaseUrl(databaseUrl);
    const server = createServer();
    const relay = new Relay(server.listen(0, '127.0.0.1'));
    server.on('connection', (near) => {
      const far = socketPath === undefined ? connect(port ?? 3306, host) : connect(socketPath);
      relay.sockets.add(near);
      for (const socket of [near, far]) socket.on('error', () => socket.destroy());
      near.on('close', () => relay.sockets.delete(near) && far.destroy());
      far.on('close', () => near.destroy());
      near.pipe(far).pipe(near);
    });
    await once(server, 'listening');
    return relay;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  stop(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }
}

describe('SshRoute', () => {
  let sshd: LocalSshd;
  let databases: TestReplica;
  let relay: Relay;
  let replicas: CommonsReplica[];

  beforeAll(async () => {
    [sshd, databases] = await Promise.all([LocalSshd.start(), openTestReplica()]);
    relay = await Relay.start(databases.core.url);
    const { database } = parseDatabaseUrl(databases.core.url);
    await databases.core.run(`CREATE OR REPLACE USER ${LOGIN.user} IDENTIFIED BY '${LOGIN.password}'`);
    await databases.core.run(`GRANT SELECT ON \`${database}\`.* TO ${LOGIN.user}`);
    await databases.core.run("INSERT INTO category VALUES (1, 'Old_town', 3, 1, 1)");
  });

  beforeEach(async () => {
    replicas = [];
    await sshd.writeHome('replica.my.cnf', `[client]\nuser = ${LOGIN.user}\npassword = ${LOGIN.password}\n`);
  });

  afterEach(async () => {
    for (const replica of replicas) await replica.close();
  });

  afterAll(async () => {
    relay.stop();
    await databases.core.run(`DROP USER ${LOGIN.user}`);
    await databases.drop();
    await sshd.stop();
  });

  const replicaThrough = (
    command: readonly [string, ...string[]] = sshd.command,
    { host = sshd.destination, port = relay.port } = {},
  ): CommonsReplica => {
    const { database } = parseDatabaseUrl(databases.core.url);
    const coreUrl = `mysql://127.0.0.1:${port}/${database}`;
    const replica = new CommonsReplica({ coreUrl, linksUrl: null, ssh: new SshRoute(host, command) });
    replicas.push(replica);
    return replica;
  };
  const titles = async (replica: CommonsReplica): Promise<string[]> =>
    (await replica.listTopMissing(10)).map(({ title }) => title);
  const failureOf = async (replica: CommonsReplica): Promise<DomainError> => {
    const failure: unknown = await titles(replica).catch((error: unknown) => error);
    if (failure instanceof DomainError) return failure;
    throw failure;
  };

  it('leads to the replica, with the credentials that are kept there, at the first query', async () => {
    const replica = replicaThrough();
    expect(replica.isTunnelled).toBe(true);
    expect(relay.sockets.size).toBe(0);
    expect(await Promise.all([titles(replica), titles(replica)])).toEqual([['Old_town'], ['Old_town']]);
    expect(relay.sockets.size).toBe(2);
    await replica.close();
    await waitUntil('the connections to end', () => relay.sockets.size === 0);
    expect(await titles(replica)).toEqual(['Old_town']);
  });

  it('is there again after the host or the database was restarted', async () => {
    const replica = replicaThrough();
    await titles(replica);
    await sshd.kill();
    const away = await waitUntil('the way to be closed', async () => failureOf(replica).catch(() => null));
    expect(away.message).toMatch(/it does not answer|it has closed the connection/);
    await sshd.listen();
    expect(await titles(replica)).toEqual(['Old_town']);

    for (const socket of relay.sockets) socket.destroy();
    await waitUntil('the connections to end', () => relay.sockets.size === 0);
    expect(await waitUntil('an answer', async () => titles(replica).catch(() => null))).toEqual(['Old_town']);
  });

  it('serves two processes at once', async () => {
    const both = [replicaThrough(), replicaThrough()];
    expect(await Promise.all(both.map(titles))).toEqual([['Old_town'], ['Old_town']]);
  });

  it('takes new credentials when the old ones are refused', async () => {
    await sshd.writeHome('replica.my.cnf', `[client]\nuser = ${LOGIN.user}\npassword = old\n`);
    const replica = replicaThrough();
    expect((await failureOf(replica)).message).toContain('does not accept the credentials');
    await sshd.writeHome('replica.my.cnf', `[client]\nuser = ${LOGIN.user}\npassword = ${LOGIN.password}\n`);
    expect(await titles(replica)).toEqual(['Old_town']);
  });

  it('says what is missing', async () => {
    const [ssh, option, file] = sshd.command;
    const messages = [
      await failureOf(replicaThrough([ssh, option ?? '', `${file ?? ''}-with-other-key`])),
      await failureOf(replicaThrough([ssh, option ?? '', `${file ?? ''}-of-a-stranger`])),
      await failureOf(replicaThrough(['/nowhere/ssh'])),
      await failureOf(replicaThrough(sshd.command, { host: 'ssh://127.0.0.1:1', port: 1 })),
      await failureOf(replicaThrough(sshd.command, { host: sshd.destination, port: 1 })),
    ].map(({ message }) => message);
    expect(messages).toEqual([
      expect.stringContaining('it accepts none of the keys'),
      expect.stringContaining('connect to it once by hand'),
      expect.stringContaining('the program ssh is not installed here'),
      expect.stringContaining('it does not answer'),
      expect.stringContaining('it cannot reach the replica'),
    ]);
    await sshd.writeHome('replica.my.cnf', '[client]\n');
    expect((await failureOf(replicaThrough())).message).toContain('names no user and password');
    await sshd.removeHome('replica.my.cnf');
    const missing = await failureOf(replicaThrough());
    expect(missing.message).toContain('there is no replica.my.cnf');
    expect(missing).toMatchObject({ code: 'NOT_CONFIGURED', httpStatus: 503 });
  });

  it('says when the host lets no connection through', async () => {
    await sshd.kill();
    await sshd.listen(['AllowTcpForwarding no']);
    expect((await failureOf(replicaThrough())).message).toContain('it does not let connections through');
    await sshd.kill();
    await sshd.listen();
  });
});
