/**
 * Holds MariaDB and Redis for the process that started it: prints their sockets as one JSON line when both answer,
 * stops them and removes their folder when its standard input ends, which the end of its parent brings about however that comes.
 * A line `{ "kill": name, "signal": "SIGKILL" }` ends one of them, `{ "start": name }` starts it again on the same data and
 * socket; when that is done, the line is printed. The names are mariadbd, redis-server-0, redis-server-1, …, and
 * redis-cluster-0 … of the nodes of a cluster, which listen on loopback because nodes do not know sockets.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chooseClusterPorts, formCluster } from './redis-cluster.mjs';
import { findProgram } from './service-programs.mjs';

/** The kernel's limit for a socket's path is 108 bytes with the final zero. */
const LONGEST_SOCKET_PATH = 107;
const READY_WITHIN_MS = 90_000;
const GRACE_MS = 20_000;
/** Where util-linux is there, the kernel ends the servers even if this process is killed. */
const SETPRIV = findProgram('setpriv');
const DIE_WITH_KEEPER = SETPRIV === null ? [] : [SETPRIV, '--pdeathsig', 'KILL'];

const { folder, mariadb, redis, cluster = 0, durable, database } = JSON.parse(process.argv[2]);
/** @type {{ name: string, child: import('node:child_process').ChildProcess, ready: boolean, killed: boolean, log: string }[]} */
const servers = [];
/** How to start each server again. */
const starters = new Map();
const folders = [folder];
let ending = null;

function end(code) {
  ending ??= stopAll().finally(() => process.exit(code));
  return ending;
}

async function stopAll() {
  await Promise.all(servers.map(stop));
  await Promise.all(folders.map((path) => rm(path, { recursive: true, force: true, maxRetries: 3 })));
}

/** MariaDB 10.11 hangs when it gets SIGTERM between opening its socket and being ready: one that is not ready is killed. */
async function stop({ child, ready }) {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  const kill = (signal) => process.kill(-child.pid, signal); // with all that it started
  kill(ready ? 'SIGTERM' : 'SIGKILL');
  const timer = setTimeout(() => kill('SIGKILL'), GRACE_MS);
  await ended;
  clearTimeout(timer);
}

function start(name, command) {
  const log = join(folder, `${name}.log`);
  const output = createWriteStream(log, { flags: 'a' });
  const [file, ...words] = [...DIE_WITH_KEEPER, ...command];
  const child = spawn(file, words, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.pipe(output, { end: false });
  child.stderr.pipe(output, { end: false });
  const server = { name, child, ready: false, killed: false, log };
  servers.push(server);
  child.on('error', (error) => void giveUp(server, error.message));
  child.on('exit', (code, signal) => {
    if (ending === null && !server.killed) void giveUp(server, `it ended with ${signal ?? `code ${code}`}`);
  });
  return server;
}

async function giveUp({ name, log }, reason) {
  const tail = await readFile(log, 'utf8').then(
    (text) => text.trim().split('\n').slice(-15).join('\n'),
    () => '',
  );
  console.error(`${name} failed: ${reason}\n${tail}`);
  await end(1);
}

/** Waits until `greet` sees the server's answer on its socket. */
async function waitUntilReady(server, socket, greet) {
  for (const until = Date.now() + READY_WITHIN_MS; ;) {
    if (ending !== null) return;
    if (await greet(socket)) break;
    if (Date.now() > until) {
      await giveUp(server, `no answer within ${READY_WITHIN_MS / 1000} s`);
      return;
    }
    await delay(50);
  }
  server.ready = true;
}

/** Connects, sends `question`, and tells whether the first bytes of the answer satisfy `test`. */
function ask(question, test) {
  return (path) =>
    new Promise((resolve) => {
      const socket = connect(path);
      const finish = (answer) => {
        socket.destroy();
        resolve(answer);
      };
      socket.setTimeout(1000, () => finish(false));
      socket.on('connect', () => socket.write(question));
      socket.on('data', (data) => finish(test(data)));
      socket.on('error', () => finish(false));
      socket.on('close', () => finish(false));
    });
}

/** A server that serves greets with protocol version 10: https://mariadb.com/kb/en/connection/#initial-handshake-packet */
const greetsAsMariaDb = ask('', (data) => data[4] === 10);
const answersPing = ask('PING\r\n', (data) => data.toString().startsWith('+PONG'));

async function startMariaDb(socket) {
  const user = userInfo().username;
  const data = join(folder, 'mysql');
  const shared = ['--no-defaults', `--user=${user}`, `--datadir=${data}`, '--innodb-log-file-size=16M'];
  const installer = findProgram('mariadb-install-db');
  const install = start('mariadb-install-db', [
    installer,
    ...shared,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    '--skip-log-bin',
  ]);
  install.child.removeAllListeners('exit');
  const [code] = await once(install.child, 'exit');
  servers.splice(servers.indexOf(install), 1);
  if (ending !== null) return;
  if (code !== 0) return giveUp(install, `it ended with code ${code}`);
  const first = join(folder, 'first.sql');
  const create = `CREATE DATABASE IF NOT EXISTS \`${database}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;\n`;
  await writeFile(first, database === undefined ? '' : create);
  const command = [
    findProgram('mariadbd'),
    ...shared,
    `--socket=${socket}`,
    `--pid-file=${join(folder, 'mariadbd.pid')}`,
    `--init-file=${first}`,
    '--skip-networking',
    '--skip-log-bin',
    '--skip-name-resolve',
    '--character-set-server=utf8mb4',
    '--collation-server=utf8mb4_bin',
    '--default-time-zone=+00:00',
    '--max-connections=500',
    ...(durable ? [] : ['--innodb-flush-log-at-trx-commit=2', '--innodb-doublewrite=0']),
  ];
  await startServer('mariadbd', () => waitUntilReady(start('mariadbd', command), socket, greetsAsMariaDb));
}

async function startRedis(socket, index) {
  const words = ['--port', '0', '--unixsocket', socket, '--dir', folder, '--save', '', '--appendonly', 'no'];
  const name = `redis-server-${index}`;
  const command = [findProgram('redis-server'), ...words, '--maxmemory-policy', 'noeviction'];
  await startServer(name, () => waitUntilReady(start(name, command), socket, answersPing));
}

async function startClusterNode(port, index) {
  const name = `redis-cluster-${index}`;
  const own = join(folder, name);
  await mkdir(own, { recursive: true });
  const words = [
    '--bind',
    '127.0.0.1',
    '--port',
    String(port),
    '--dir',
    own,
    '--save',
    '',
    '--appendonly',
    'no',
  ];
  const asNode = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000'];
  const command = [findProgram('redis-server'), ...words, ...asNode, '--maxmemory-policy', 'noeviction'];
  await startServer(name, () =>
    waitUntilReady(start(name, command), { host: '127.0.0.1', port }, answersPing),
  );
}

async function startCluster() {
  if (cluster === 0) return [];
  const ports = await chooseClusterPorts(cluster);
  await Promise.all(ports.map(startClusterNode));
  await formCluster(ports);
  return ports;
}

function startServer(name, starter) {
  starters.set(name, starter);
  return starter();
}

async function killServer(name, signal) {
  const index = servers.findIndex((server) => server.name === name);
  if (index < 0) return;
  const [server] = servers.splice(index, 1);
  server.killed = true;
  const ended = once(server.child, 'exit');
  process.kill(-server.child.pid, signal);
  await ended;
}

async function obey(line) {
  const { kill, signal = 'SIGKILL', start: name } = JSON.parse(line);
  if (kill !== undefined) await killServer(kill, signal);
  if (name !== undefined) await starters.get(name)();
  if (ending === null) console.log(line);
}

/** The folder for the sockets: the services' own, or a short one where that path is too long. */
async function chooseSocketFolder() {
  if (Buffer.byteLength(join(folder, 'm.sock')) <= LONGEST_SOCKET_PATH) return folder;
  const short = await mkdtemp(join(Buffer.byteLength(tmpdir()) < 60 ? tmpdir() : '/tmp', 'curator-'));
  folders.push(short);
  return short;
}

process.stdin.on('error', () => void end(0));
createInterface({ input: process.stdin })
  .on('line', (line) => void obey(line))
  .on('close', () => void end(0));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end(0));
await mkdir(folder, { recursive: true });
await writeFile(join(folder, 'keeper.pid'), String(process.pid));
const sockets = await chooseSocketFolder();
const mysqlSocket = join(sockets, 'm.sock');
const redisSockets = Array.from({ length: redis }, (_, index) => join(sockets, `r${index}.sock`));
const [clusterPorts] = await Promise.all([
  startCluster(),
  ...(mariadb ? [startMariaDb(mysqlSocket)] : []),
  ...redisSockets.map(startRedis),
]);
if (ending === null) console.log(JSON.stringify({ mysqlSocket, redisSockets, clusterPorts }));
