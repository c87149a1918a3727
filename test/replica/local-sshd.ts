import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { waitUntil } from '../support/wait-until.js';

const run = promisify(execFile);

const FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/bin', '/usr/local/bin', '/opt/homebrew/sbin'];
/** sshd wants to be called by its full path. */
const findSshd = (): string => {
  const found = FOLDERS.map((folder) => path.join(folder, 'sshd')).find((file) => existsSync(file));
  if (found === undefined) throw new Error('There is no sshd here: install openssh-server');
  return found;
};

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/**
 * An sshd of one's own on this machine, for the user who runs the tests: with its own keys and a folder that stands for the
 * home folder there. Nothing of the user's own ssh is read or written.
 */
export class LocalSshd {
  private server: ChildProcess | null = null;
  private log = '';

  private constructor(
    private readonly folder: string,
    private readonly port: number,
  ) {}

  static async start(): Promise<LocalSshd> {
    const folder = await mkdtemp(path.join(tmpdir(), 'sshd-'));
    const sshd = new LocalSshd(folder, await freePort());
    await sshd.writeFiles();
    await sshd.listen();
    return sshd;
  }

  /** As TOOLFORGE_SSH_HOST wants it. */
  get destination(): string {
    return `ssh://${userInfo().username}@127.0.0.1:${this.port}`;
  }

  /** How ssh is called so that it has the key and knows the host. */
  get command(): [string, ...string[]] {
    return ['ssh', '-F', path.join(this.folder, 'client')];
  }

  /** Writes into the home folder there. */
  async writeHome(name: string, text: string): Promise<void> {
    await writeFile(path.join(this.folder, 'home', name), text);
  }

  async removeHome(name: string): Promise<void> {
    await rm(path.join(this.folder, 'home', name));
  }

  /** Ends it with all its connections. */
  async kill(): Promise<void> {
    const { server } = this;
    if (server?.pid === undefined) return;
    const { stdout } = await run('ps', ['-eo', 'pid=,ppid=']);
    const processes = stdout
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number));
    const family = [server.pid];
    for (const parent of family) {
      for (const [pid, ppid] of processes) if (pid !== undefined && ppid === parent) family.push(pid);
    }
    const ended = once(server, 'exit');
    for (const pid of family) process.kill(pid, 'SIGKILL');
    await ended;
    this.server = null;
  }

  /** Listens again where it did before. @param more lines for its configuration */
  async listen(more: readonly string[] = []): Promise<void> {
    const file = path.join(this.folder, 'server');
    await writeFile(file, `${[...more, ...this.serverLines()].join('\n')}\n`);
    this.log = '';
    const server = spawn(findSshd(), ['-D', '-e', '-f', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    server.stderr.on('data', (part: Buffer) => (this.log += part.toString()));
    this.server = server;
    await waitUntil(`sshd: ${this.log}`, () => this.log.includes('Server listening'));
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async writeFiles(): Promise<void> {
    const of = (name: string): string => path.join(this.folder, name);
    await mkdir(of('home'));
    // Where sshd is run by root, it empties itself into this folder of Debian's.
    if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
    for (const name of ['host', 'key', 'other']) {
      await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', of(name)]);
    }
    await writeFile(of('authorized'), await readFile(of('key.pub')), { mode: 0o600 });
    await writeFile(of('known'), `[127.0.0.1]:${this.port} ${await readFile(of('host.pub'), 'utf8')}`);
    await writeFile(of('nobody'), '');
    const client = (key: string, known: string): string =>
      [
        'Host *',
        `  IdentityFile ${of(key)}`,
        `  UserKnownHostsFile ${of(known)}`,
        '  IdentitiesOnly yes',
        '  IdentityAgent none',
        '  GlobalKnownHostsFile /dev/null',
        '',
      ].join('\n');
    await writeFile(of('client'), client('key', 'known'));
    await writeFile(of('client-with-other-key'), client('other', 'known'));
    await writeFile(of('client-of-a-stranger'), client('key', 'nobody'));
  }

  private serverLines(): string[] {
    const of = (name: string): string => path.join(this.folder, name);
    return [
      `Port ${this.port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${of('host')}`,
      `AuthorizedKeysFile ${of('authorized')}`,
      'PidFile none',
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PermitRootLogin prohibit-password',
      `ForceCommand cd ${of('home')} && sh -c "$SSH_ORIGINAL_COMMAND"`,
    ];
  }
}
