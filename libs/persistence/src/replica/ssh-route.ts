import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { Duplex } from 'node:stream';
import { explainSshFailure } from './explain-ssh-failure.js';
import { parseClientFile, type Credentials } from './parse-client-file.js';

/** The way through ssh is closed; the message says at which point and what is missing. */
export class SshRouteError extends Error {
  constructor(host: string, reason: string, options?: ErrorOptions) {
    super(`The replica cannot be reached through ${host}: ${reason}.`, options);
    this.name = 'SshRouteError';
  }
}

/** Without questions to anybody; a peer that has gone is noticed within a minute. */
const OPTIONS = [
  ...['-T', '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=10'],
  ...['-o', 'ServerAliveInterval=15', '-o', 'ServerAliveCountMax=3'],
];
const KEPT_COMPLAINT = 4_000;

/**
 * The way to a database through a host that one may sign in to with ssh: for each connection an ssh process of its own, whose
 * standard input and output are the connection. Nothing listens on a port, nothing outlives this process, and whatever
 * was interrupted is opened anew by the next connection.
 */
export class SshRoute {
  /**
   * @param host host, user@host or ssh://user@host:port
   * @param command how ssh is called, without the options of its use here
   */
  constructor(
    readonly host: string,
    private readonly command: readonly [string, ...string[]] = ['ssh'],
  ) {}

  /** A connection to `address` as the host sees it. Its `error` is an SshRouteError. */
  connect(address: { host: string; port: number }): Duplex {
    const ssh = this.run(['-W', `${address.host}:${address.port}`], []);
    return new SshStream(ssh, (complaint, cause) => this.failure(complaint, cause));
  }

  /** Reads replica.my.cnf of the account on the host. @throws SshRouteError */
  async readCredentials(): Promise<Credentials> {
    const ssh = this.run([], ['cat', 'replica.my.cnf']);
    ssh.stdin.end();
    const credentials = parseClientFile(await this.readAll(ssh));
    if (credentials === null)
      throw new SshRouteError(this.host, 'its replica.my.cnf names no user and password');
    return credentials;
  }

  private run(options: readonly string[], remote: readonly string[]): ChildProcessWithoutNullStreams {
    const [program, ...words] = this.command;
    return spawn(program, [...words, ...OPTIONS, ...options, '--', this.host, ...remote]);
  }

  private readAll(ssh: ChildProcessWithoutNullStreams): Promise<string> {
    return new Promise((resolve, reject) => {
      const parts: Buffer[] = [];
      const complaint = collectComplaint(ssh);
      ssh.stdout.on('data', (part: Buffer) => parts.push(part));
      ssh.on('error', (cause) => reject(this.failure('', cause)));
      ssh.on('close', (code) =>
        code === 0 ? resolve(Buffer.concat(parts).toString()) : reject(this.failure(complaint())),
      );
    });
  }

  private failure(complaint: string, cause?: Error): SshRouteError {
    const isMissing = cause !== undefined && 'code' in cause && cause.code === 'ENOENT';
    const reason = isMissing
      ? 'the program ssh is not installed here'
      : (cause?.message ?? explainSshFailure(complaint));
    return new SshRouteError(this.host, reason, { cause });
  }
}

/** @returns what it has written to its standard error so far, the end of it where it is long */
function collectComplaint(ssh: ChildProcessWithoutNullStreams): () => string {
  let text = '';
  ssh.stderr.on('data', (part: Buffer) => (text = (text + part.toString()).slice(-KEPT_COMPLAINT)));
  return () => text;
}

/** The standard input and output of ssh as one stream; it ends with an error as soon as ssh ends with one. */
class SshStream extends Duplex {
  constructor(
    private readonly ssh: ChildProcessWithoutNullStreams,
    failure: (complaint: string, cause?: Error) => SshRouteError,
  ) {
    super({ allowHalfOpen: false });
    const complaint = collectComplaint(ssh);
    ssh.stdout.on('data', (part: Buffer) => {
      if (!this.push(part)) ssh.stdout.pause();
    });
    ssh.on('error', (cause) => this.destroy(failure('', cause)));
    ssh.on('close', (code) => (code === 0 ? this.push(null) : this.destroy(failure(complaint()))));
    this.once('end', () => this.destroy());
    // A broken pipe means that ssh has ended: `close` tells why.
    ssh.stdin.on('error', () => ssh.kill());
  }

  override _read(): void {
    this.ssh.stdout.resume();
  }

  override _write(part: Buffer, _: string, done: () => void): void {
    this.ssh.stdin.write(part, (error) => {
      if (!error) done();
    });
  }

  override _final(done: () => void): void {
    this.ssh.stdin.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.ssh.kill();
    done(error);
  }
}
