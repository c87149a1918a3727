import { Random } from '../../chaos/random.js';
import { LiveClient } from '../../support/live-client.js';
import type { Frame } from '../../support/check-frame.js';
import type { DocumentedApi } from '../documented-api.js';
import type { Schema } from '../open-api.js';
import type { Person } from '../people.js';
import { Schemas } from '../schemas.js';
import { generate } from './generate.js';
import { mutate } from './mutate.js';
import type { Watch } from './watch.js';

interface AsyncApi {
  readonly operations: Readonly<Record<string, unknown>>;
  readonly components: {
    readonly messages: Readonly<Record<string, { readonly payload: Schema }>>;
    readonly schemas: Readonly<Record<string, Schema>>;
  };
}

/** Frames that one connection sends before it is closed and another opened. */
const FRAMES_OF_ONE = 400;
/** Frames that are sent before their answers are waited for. */
const AT_ONCE = 20;
/** Characters: larger frames than 16 MiB end the connection. */
const LONGEST_FRAME = 4_000_000;
/** Longer than any answer may take. */
const BOUND_MS = 60_000;
/** Of imports that nobody has: the answer to a question for one tells that all before it is answered. */
const FIRST_MARK = 8_000_000_000_000_000;
const FAULT = /Something went wrong on the server/;

/** What a client can send, from the AsyncAPI document that the API serves. */
export class ClientMessages {
  private constructor(
    private readonly payloads: ReadonlyMap<string, Schema>,
    private readonly schemas: Schemas,
  ) {}

  static async of(api: DocumentedApi): Promise<ClientMessages> {
    const document = (await (await fetch(`${api.origin}/api/asyncapi.json`)).json()) as AsyncApi;
    const { messages, schemas } = document.components;
    const types = Object.keys(messages).filter((type) => `receive_${type}` in document.operations);
    return new ClientMessages(
      new Map(types.map((type) => [type, messages[type]?.payload ?? {}])),
      new Schemas(schemas),
    );
  }

  get types(): readonly string[] {
    return [...this.payloads.keys()];
  }

  /** One frame as its text. */
  frame(random: Random): string {
    const type = random.pick(this.types);
    const message = generate(this.schemas, this.payloads.get(type) ?? {}, random);
    const other = random.chance(0.02) ? { ...(message as object), type: random.pick(this.types) } : message;
    return mutate(other, random).slice(0, LONGEST_FRAME);
  }
}

/** Sends frames over one connection and waits until each is answered. */
class Lane {
  private marks = 0;

  private constructor(
    private readonly client: LiveClient,
    private readonly watch: Watch,
  ) {}

  static async open(api: DocumentedApi, person: Person, watch: Watch): Promise<Lane> {
    return new Lane(await LiveClient.connect(api.origin, { cookie: person.headers['cookie'] ?? '' }), watch);
  }

  /** Each frame is followed by a question whose answer tells where the answers of the next frame begin. */
  async send(frames: readonly string[], what: string): Promise<void> {
    const from = this.client.frames.length;
    const marks = frames.map(() => FIRST_MARK + (this.marks += 1));
    frames.forEach((frame, index) => {
      this.client.sendText(frame);
      this.client.send({ type: 'SUBSCRIBE_IMPORT', data: marks[index] ?? 0 });
    });
    let answered = 0;
    try {
      for (const mark of marks) {
        await this.client.next('ERROR', {
          where: ({ data }) => data === `You have no import ${mark}.`,
          timeoutMs: BOUND_MS,
        });
        answered += 1;
      }
    } catch (error) {
      this.watch.note(what, frames[answered] ?? '', error);
    }
    this.check(this.client.frames.slice(from), frames, marks, what);
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  get isOpen(): boolean {
    return this.client.isOpen;
  }

  private check(
    answers: readonly Frame[],
    frames: readonly string[],
    marks: readonly number[],
    what: string,
  ): void {
    let at = 0;
    for (const answer of answers) {
      const sent = frames[at] ?? '';
      this.watch.count(answer.type);
      if (answer.type === 'ERROR') {
        if (answer.data === `You have no import ${marks[at]}.`) at += 1;
        if (FAULT.test(answer.data)) this.watch.note(what, sent, answer.data);
      }
      try {
        this.watch.checkText(JSON.stringify(answer));
      } catch (error) {
        this.watch.note(what, sent, error);
      }
    }
  }
}

/** Sends `cases` frames, one after the other, as one person. */
export async function fuzzMessages(
  api: DocumentedApi,
  messages: ClientMessages,
  { person, seed, cases, watch }: { person: Person; seed: number; cases: number; watch: Watch },
): Promise<void> {
  const random = Random.of('messages', person.username, seed);
  let lane = await Lane.open(api, person, watch);
  for (let sent = 0; sent < cases && !watch.isHopeless; sent += AT_ONCE) {
    if (sent % FRAMES_OF_ONE === 0 || !lane.isOpen) {
      await lane.close();
      lane = await Lane.open(api, person, watch);
    }
    const what = `frames ${sent}… of ${person.username}`;
    const frames = Array.from({ length: Math.min(AT_ONCE, cases - sent) }, () => messages.frame(random));
    await lane.send(frames, what);
    watch.cases += frames.length;
    watch.checkPrototypes(what, frames.join('\n'));
  }
  await lane.close();
}
