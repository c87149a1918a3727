import type { BatchItemDto, UploadUpdateItemDto } from '#app/protocol';
import { isDeepStrictEqual } from 'node:util';
import { WebSocket } from 'ws';
import type { Random } from '../chaos/random.js';
import type { Frame } from '../support/check-frame.js';
import { monotonicMs } from './clock.js';
import type { Difference, Expected, HostSetup } from './host-commands.js';
import type { Measurements } from './measurements.js';
import { pickRudeFrame } from './rude-frames.js';

/** After an upgrade that came to nothing. */
const AGAIN_WITHIN_MS = 400;
const LIST_LIMIT = 100;

export interface Surroundings {
  readonly random: Random;
  readonly measurements: Measurements;
  /** One of the APIs that a balancer would lead to. */
  pickApi(): string;
}

/** One WebSocket client: watches what it is told to, comes back when it is cut off, and knows what it was told last. */
export class LoadClient {
  private socket: WebSocket | null = null;
  private wanted = false;
  private batchid: number | null = null;
  /** What it knows of the uploads of its batch, by id; null: it waits for the whole state. */
  private uploads: Map<number, UploadUpdateItemDto> | null = null;
  private isComplete = false;
  private batches: Map<number, BatchItemDto> | null = null;
  private since = 0;
  private unanswered = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    readonly plan: HostSetup['clients'][number],
    private readonly around: Surroundings,
  ) {}

  /** Whether it is to be connected. */
  get isWanted(): boolean {
    return this.wanted;
  }

  get isOpen(): boolean {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  private get watchesList(): boolean {
    return this.plan.role === 'own list' || this.plan.role === 'whole list';
  }

  /** Whether it has the whole state of what it watches. */
  get isSettled(): boolean {
    if (!this.isOpen) return false;
    if (this.watchesList) return this.batches !== null;
    return this.batchid === null || this.uploads !== null;
  }

  /** Rude frames that were not answered on the connection that is open. */
  get unansweredFrames(): number {
    return this.isOpen ? this.unanswered : 0;
  }

  connect(withinMs = 0): void {
    this.wanted = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), this.around.random.below(withinMs + 1));
  }

  watch(batchid: number | null): void {
    this.batchid = batchid;
    this.uploads = null;
    this.isComplete = false;
    if (this.watchesList || !this.isOpen) return;
    this.since = monotonicMs();
    this.ask();
  }

  /** Ends the connection as a broken line does. */
  cut(backWithinMs: number): void {
    const { socket } = this;
    this.drop();
    socket?.terminate();
    if (this.wanted) this.connect(backWithinMs);
  }

  setReading(isReading: boolean): void {
    if (!this.isOpen) return;
    if (isReading) this.socket?.resume();
    else this.socket?.pause();
  }

  beRude(): void {
    if (!this.isOpen) return;
    const { data, isBinary = false } = pickRudeFrame(this.around.random);
    this.unanswered += 1;
    this.around.measurements.noteRudeFrame();
    this.socket?.send(data, { binary: isBinary });
  }

  /** Resolves when the server has closed its side too. */
  async leave(): Promise<void> {
    this.wanted = false;
    clearTimeout(this.timer);
    const { socket } = this;
    this.drop();
    if (socket === null || socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.resume();
    if (socket.readyState === WebSocket.OPEN) socket.close(1000);
    else socket.terminate();
    await closed;
  }

  /** What it knows that the rows do not say, or the other way round. */
  compare(expected: Expected): Difference[] {
    const tell = (text: string): Difference => ({ client: this.plan.index, role: this.plan.role, text });
    if (!this.wanted) return [];
    if (!this.isSettled) return [tell('does not have the whole state')];
    const shows = this.plan.role === 'whole list' ? null : this.plan.userid;
    if (this.watchesList)
      return expected.batches.flatMap(({ id, userid, stats }) => {
        if (shows !== null && shows !== userid) return [];
        const known = this.batches?.get(id)?.stats;
        return isDeepStrictEqual(known, stats) ? [] : [tell(`shows batch ${id} as ${JSON.stringify(known)}`)];
      });
    const should = this.batchid === null ? [] : (expected.uploads.get(this.batchid) ?? []);
    const wrong = should.flatMap((upload) => {
      const known = this.uploads?.get(upload.id);
      if (known !== undefined && isDeepStrictEqual(known, upload)) return [];
      return [tell(`knows upload ${upload.id} as ${known?.status ?? 'nothing'}, not ${upload.status}`)];
    });
    if (should.length > 0 && !this.isComplete) wrong.push(tell('was not told that all is complete'));
    return wrong;
  }

  private open(): void {
    const { around, plan } = this;
    this.since = monotonicMs();
    const socket = new WebSocket(`${around.pickApi().replace(/^http/, 'ws')}/ws`, {
      headers: { cookie: plan.cookie },
      perMessageDeflate: false,
      skipUTF8Validation: true,
      maxPayload: 64 * 1024 * 1024,
    });
    this.socket = socket;
    socket.on('open', () => {
      around.measurements.noteOpen(this.since);
      if (this.socket === socket) this.ask();
    });
    socket.on('message', (data: Buffer) => {
      if (this.socket === socket) this.receive(data);
    });
    socket.on('unexpected-response', (_request, response) => {
      response.resume();
      around.measurements.noteRefusal(`HTTP ${response.statusCode ?? 0}`);
      socket.terminate();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (this.socket === socket && error.code !== undefined) around.measurements.noteRefusal(error.code);
    });
    socket.on('close', (code) => {
      if (this.socket !== socket) return;
      around.measurements.noteClose(code);
      this.drop();
      if (this.wanted) this.connect(AGAIN_WITHIN_MS);
    });
  }

  private drop(): void {
    this.socket = null;
    this.uploads = null;
    this.batches = null;
    this.isComplete = false;
    this.unanswered = 0;
  }

  private ask(): void {
    const { role, userid } = this.plan;
    const send = (message: unknown): void => this.socket?.send(JSON.stringify(message));
    if (this.watchesList) {
      const whose = role === 'own list' ? { userid } : {};
      send({ type: 'FETCH_BATCHES', data: { page: 1, limit: LIST_LIMIT, ...whose } });
    } else if (this.batchid !== null) {
      send({ type: 'SUBSCRIBE_BATCH', data: this.batchid });
      if (role !== 'details') return;
      send({ type: 'SUBSCRIBE_SCHEDULE', data: this.batchid });
      send({ type: 'SUBSCRIBE_PROGRESS', data: this.batchid });
    }
  }

  private receive(data: Buffer): void {
    const at = monotonicMs();
    const { measurements } = this.around;
    measurements.noteFrame(data.length);
    const frame = measurements.texts.parse(data.toString());
    if (frame.type === 'UPLOADS_UPDATE') this.takeUploads(frame, at);
    else if (frame.type === 'UPLOADS_COMPLETE') this.isComplete ||= frame.data === this.batchid;
    else if (frame.type === 'BATCHES_LIST') this.takeBatches(frame);
    else if (frame.type === 'ERROR' && this.unanswered > 0) this.unanswered -= 1;
    else if (frame.type === 'ERROR') measurements.noteError(frame.data);
  }

  private takeUploads({ data }: Frame<'UPLOADS_UPDATE'>, at: number): void {
    const { measurements } = this.around;
    if (this.uploads === null) {
      // Before the first slice there is nothing that would say whose state this is.
      if (data.some(({ batchid }) => batchid !== this.batchid)) return;
      this.uploads = new Map(data.map((upload) => [upload.id, upload]));
      measurements.noteSettled(this.since);
      return;
    }
    for (const upload of data) {
      if (upload.batchid !== this.batchid) continue;
      const isNews = this.uploads.get(upload.id)?.status !== upload.status;
      this.uploads.set(upload.id, upload);
      if (isNews && !this.plan.isSlow) measurements.noteArrival(upload.id, upload.status, at);
      if (upload.status === 'queued') this.isComplete = false;
    }
  }

  private takeBatches({ partial, data: { items } }: Frame<'BATCHES_LIST'>): void {
    if (!partial) {
      this.batches = new Map();
      this.around.measurements.noteSettled(this.since);
    }
    for (const item of items) this.batches?.set(item.id, item);
  }
}
