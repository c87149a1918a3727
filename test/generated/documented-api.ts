import { Database } from '#app/persistence';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVICE_KEY, startApi, type RunningApi } from '../sign-in/running-api.js';
import { startUpstreams, type Upstreams } from '../upstreams/index.js';
import { checkNoLeak, DocumentedAnswers, type Answer } from './check-answer.js';
import { listRoutes, type OpenApi, type Route } from './open-api.js';
import { arrive, NOBODY, type Asker, type Person } from './people.js';
import { addressOf, aRequest, withBody, type RouteRequest } from './requests.js';
import { Schemas } from './schemas.js';
import { Things } from './things.js';

/** Of which pages may call the API from a browser. */
const FRIEND = 'https://friend.example';

/** One person sends a hundred thousand messages here. */
const AS_MUCH_AS_CAN_BE = {
  WS_MESSAGES_PER_SECOND: '1000000',
  WS_MESSAGES_BURST: '1000000',
  WS_USER_MESSAGES_PER_SECOND: '1000000',
  WS_USER_MESSAGES_BURST: '1000000',
};

/** Longer than any answer may take. */
const BOUND_MS = 60_000;

interface Parts {
  readonly routes: readonly Route[];
  readonly upstreams: Upstreams;
  readonly running: RunningApi;
  readonly schemas: Schemas;
  readonly answers: DocumentedAnswers;
  readonly things: Things;
  readonly admin: Person;
  readonly person: Person;
  readonly stranger: Person;
  readonly directory: string;
}

/** An API in this process, with people in it and something of each kind, and every answer held against the document. */
export class DocumentedApi {
  private constructor(private readonly parts: Parts) {}

  static async start(document: OpenApi): Promise<DocumentedApi> {
    const directory = await mkdtemp(join(tmpdir(), 'curator-exports-'));
    const upstreams = await startUpstreams();
    const service = upstreams.commons.accessToken('Tireless bot');
    const settings = {
      EXPORT_DIR: directory,
      MANIFEST_ENABLED: 'true',
      ...AS_MUCH_AS_CAN_BE,
      X_OAUTH_ACCESS_KEY: service.key,
      X_OAUTH_ACCESS_SECRET: service.secret,
    };
    const running = await startApi({ ...upstreams.environment, ...settings });
    // Connections are kept for as long as a busy machine may take: one that ends just then looks like a fault.
    running.app.getHttpServer().keepAliveTimeout = BOUND_MS;
    const routes = listRoutes(document);
    const admin = await arrive(running, 'Admin');
    const person = await arrive(running, 'Uploader');
    const stranger = await arrive(running, 'Second uploader');
    const patient = await arrive(running, 'Patroller');
    const schemas = new Schemas(document.components.schemas);
    const answers = new DocumentedAnswers(document);
    const things = new Things(running, routes, schemas, admin, patient);
    await things.furnish(person);
    return new DocumentedApi({
      running,
      routes,
      upstreams,
      schemas,
      answers,
      things,
      admin,
      person,
      stranger,
      directory,
    });
  }

  get origin(): string {
    return this.parts.running.origin;
  }

  get database(): Database {
    return this.parts.running.app.get(Database, { strict: false });
  }

  get routes(): readonly Route[] {
    return this.parts.routes;
  }

  /** Texts that no answer may have in it. */
  get secrets(): readonly string[] {
    const { admin, person, stranger, upstreams } = this.parts;
    const {
      CURATOR_OAUTH1_SECRET = '',
      WCQS_OAUTH_TOKEN = '',
      MAPILLARY_API_TOKEN = '',
      FLICKR_API_KEY = '',
    } = upstreams.environment;
    const own = [CURATOR_OAUTH1_SECRET, WCQS_OAUTH_TOKEN, MAPILLARY_API_TOKEN, FLICKR_API_KEY, SERVICE_KEY];
    return [...own, ...[admin, person, stranger].flatMap((one) => one.secrets)].filter(
      ({ length }) => length > 5,
    );
  }

  get schemas(): Schemas {
    return this.parts.schemas;
  }

  get admin(): Person {
    return this.parts.admin;
  }

  /** Somebody who is no administrator. */
  get person(): Person {
    return this.parts.person;
  }

  /** Somebody who has nothing. */
  get stranger(): Person {
    return this.parts.stranger;
  }

  async stop(): Promise<void> {
    await this.parts.running.stop();
    await this.parts.upstreams.stop();
    await rm(this.parts.directory, { recursive: true });
  }

  /** Who may call a route, by a session; nobody where none is needed. */
  callerOf({ access }: Route): Asker {
    return access === 'public' ? NOBODY : access === 'admin' ? this.admin : this.person;
  }

  /** A request that is right, about something of the one who may call the route. */
  async aRequest(route: Route): Promise<RouteRequest> {
    const owner = route.access === 'admin' ? this.admin : this.person;
    const request = aRequest(this.schemas, route, await this.parts.things.fillPath(route, owner));
    const body = await this.parts.things.bodyFor(route);
    return body === undefined ? request : withBody(request, body);
  }

  /** Asks, and holds the answer against the document and against what no answer may tell. */
  async ask(route: Route, request: RouteRequest, asker: Asker, origin = FRIEND): Promise<Answer> {
    const response = await fetch(`${this.origin}${addressOf(route, request)}`, {
      method: route.method,
      headers: { origin, ...asker.headers, ...request.headers },
      redirect: 'manual',
      signal: AbortSignal.timeout(BOUND_MS),
      ...(request.body !== undefined && { body: request.body }),
    });
    if (response.status === 500) throw new Error(`${route.name}: 500 ${await response.text()}`);
    const answer = { status: response.status, headers: response.headers, text: await response.text() };
    this.parts.answers.check(route, answer);
    checkNoLeak(answer.text);
    const allowed = answer.headers.get('access-control-allow-origin');
    if (allowed !== (origin === FRIEND ? origin : null))
      throw new Error(`${route.name}: CORS allows ${String(allowed)}`);
    return answer;
  }
}
