import { createServer, connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const SLOTS = 16_384;
/** A node talks to the others on its port and this. */
const BUS = 10_000;
const FIRST_PORT = 20_000;
const LAST_PORT = 30_000;
const TRIES = 200;
const READY_WITHIN_MS = 30_000;
const LOOK_MS = 50;

/** Ports of loopback that are free now, with those of the nodes' bus. */
export async function chooseClusterPorts(count) {
  const ports = [];
  for (let tries = 0; tries < TRIES && ports.length < count; tries += 1) {
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT));
    if (!ports.includes(port) && (await isFree(port)) && (await isFree(port + BUS))) ports.push(port);
  }
  if (ports.length < count) throw new Error(`No ${count} ports are free for a cluster of Redis`);
  return ports;
}

/** Makes one cluster of these new nodes; resolves when each of them knows that it is whole. */
export async function formCluster(ports) {
  const share = Math.ceil(SLOTS / ports.length);
  for (const [index, port] of ports.entries()) {
    const last = Math.min(SLOTS, (index + 1) * share) - 1;
    await say(port, `CLUSTER ADDSLOTSRANGE ${index * share} ${last}`);
    await say(port, `CLUSTER SET-CONFIG-EPOCH ${index + 1}`);
  }
  const [first, ...others] = ports;
  for (const port of others) await say(first, `CLUSTER MEET 127.0.0.1 ${port}`);
  for (const until = Date.now() + READY_WITHIN_MS; ; await delay(LOOK_MS)) {
    const states = await Promise.all(ports.map((port) => say(port, 'CLUSTER INFO')));
    const isWhole = (state) =>
      state.includes('cluster_state:ok') && state.includes(`cluster_known_nodes:${ports.length}\r`);
    if (states.every(isWhole)) return;
    if (Date.now() > until) throw new Error(`The cluster of Redis did not come about:\n${states.join('\n')}`);
  }
}

/** One command, for answers that come in one piece. @throws Error with the node's own message */
function say(port, command) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${command}\r\n`));
    socket.setTimeout(5_000, () => socket.destroy(new Error(`${command}: no answer`)));
    socket.once('error', reject);
    socket.once('data', (data) => {
      socket.destroy();
      const answer = data.toString();
      if (answer.startsWith('-')) reject(new Error(`${command}: ${answer.trim()}`));
      else resolve(answer);
    });
  });
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
