import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { badTextsFor, badValues } from './bad-values.js';
import { type Answer, type ErrorAnswer } from './check-answer.js';
import { DocumentedApi } from './documented-api.js';
import { listRoutes, readOpenApi, type Route } from './open-api.js';
import { NOBODY, type Asker, type Person } from './people.js';
import { JSON_TYPE, bodyOf, parametersIn, withBody, type RouteRequest } from './requests.js';
import { noId } from './things.js';
import { sumTables } from './table-sums.js';

const document = await readOpenApi();
const ROUTES = listRoutes(document);

/** Nobody has to have signed in for these. */
const PUBLIC = [
  'GET /health/live',
  'GET /health/ready',
  'GET /auth/login',
  'GET /auth/callback',
  'GET /auth/logout',
  'POST /auth/register',
];
/** What answers with an error here: without a handshake, and while nothing is exported or imported. */
const UNFIT: Readonly<Record<string, number>> = {
  'GET /auth/callback': 400,
  'GET /api/exports/{id}/download': 409,
  'GET /api/imports/{id}/compare': 409,
  'POST /api/imports/{id}/recategorize': 409,
};
/** Lists that have nothing in them here. */
const EMPTY: readonly string[] = [
  'GET /api/imports/{id}/files',
  'GET /api/recategorizations/{id}/untouched',
  'GET /api/schedules/{id}/runs',
  'GET /api/quotas/mine',
];
const TOO_LARGE = JSON.stringify({ text: 'x'.repeat(1_100_000) });
const FOREIGN = 'https://evil.example';

const isOpen = ({ access }: Route): boolean => access === 'public';
const hasPath = (route: Route): boolean => parametersIn(route, 'path').length > 0;

let api: DocumentedApi;

beforeAll(async () => {
  api = await DocumentedApi.start(document);
}, 60_000);

afterAll(async () => {
  await api.stop();
});

const errorOf = (answer: Answer): ErrorAnswer => JSON.parse(answer.text) as ErrorAnswer;

/** Runs it and sees that no row of any table was changed by it. */
async function changesNothing(work: () => Promise<void>): Promise<void> {
  const before = await sumTables(api.database);
  await work();
  expect(await sumTables(api.database)).toEqual(before);
}

interface Refusal {
  status: number | readonly number[];
  code?: string;
  /** The field that the error names. */
  field?: string;
}

async function isRefused(
  route: Route,
  request: RouteRequest,
  asker: Asker,
  { status, code, field }: Refusal,
): Promise<void> {
  const answer = await api.ask(route, request, asker);
  const told = `${answer.status} ${answer.text.slice(0, 400)}`;
  expect({ told, status: [status].flat().includes(answer.status) }).toEqual({ told, status: true });
  const error = errorOf(answer);
  if (code !== undefined) expect(error).toMatchObject({ error_code: code });
  // A body that cannot be read is refused before it is known who sent it.
  if (error.x_user !== null || field !== undefined) expect(error.x_user).toBe(asker.userid);
  if (field === undefined) return;
  const named = Object.keys(error.details ?? {});
  const isNamed = named.some(
    (name) => name === field || name.startsWith(`${field}.`) || field.startsWith(`${name}.`),
  );
  expect({ told, named: isNamed }).toEqual({ told, named: true });
}

/** As this person, by a token with the one scope that the route needs, where a token will do. */
const byTokenFor = ({ access }: Route, person: Person): Asker =>
  access === 'read' || access === 'upload' || access === 'admin' ? person.by([access]) : person;

/** Runs all and tells of every one that failed, by its name. */
async function all(cases: readonly (readonly [string, () => Promise<void>])[]): Promise<void> {
  const failures: string[] = [];
  for (const [name, run] of cases)
    await run().catch((error: unknown) =>
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`),
    );
  expect(failures).toEqual([]);
}

const VALIDATION = { status: 400, code: 'VALIDATION_FAILED' } as const;

it('are documented, and only what is meant to be is open to everybody', async () => {
  const served = await fetch(`${api.origin}/api/openapi.json`);
  expect(await served.json()).toEqual(document);
  expect(ROUTES.filter(isOpen).map(({ name }) => name)).toEqual(PUBLIC);
});

describe.each(ROUTES.map((route) => [route.name, route] as const))('%s', (_name, route) => {
  let request: RouteRequest;

  beforeAll(async () => {
    request = await api.aRequest(route);
  });

  if (!isOpen(route))
    it('is refused without a session', () =>
      changesNothing(() => isRefused(route, request, NOBODY, { status: 401, code: 'UNAUTHENTICATED' })));

  if (route.access === 'admin')
    it('is refused to anybody but administrators', () =>
      changesNothing(() => isRefused(route, request, api.person, { status: 403, code: 'FORBIDDEN' })));

  if (!isOpen(route))
    it('is refused to a token without its scope', () =>
      changesNothing(async () => {
        const { access } = route;
        const asker =
          access === 'session'
            ? api.admin.by(['read', 'upload', 'admin'])
            : api.admin.without(access as 'read');
        await isRefused(route, request, asker, { status: 403, code: 'FORBIDDEN' });
      }));

  if (route.method !== 'GET')
    it('is refused to the pages of other sites', () =>
      changesNothing(async () => {
        const answer = await api.ask(route, request, api.callerOf(route), FOREIGN);
        expect([answer.status, errorOf(answer).error_code]).toEqual([403, 'FORBIDDEN']);
      }));

  if (route.body !== null) {
    const body = route.body;

    it('refuses each field that is wrong, by its name', () =>
      changesNothing(() =>
        all(
          badValues(api.schemas, body, bodyOf(api.schemas, route)).map(({ at, what, value }) => [
            `${at.join('.') || 'the body'} ${what}`,
            () => {
              const field = at.length === 0 ? {} : { field: at.join('.') };
              return isRefused(route, withBody(request, value), api.callerOf(route), {
                ...VALIDATION,
                ...field,
              });
            },
          ]),
        ),
      ));

    it('refuses a body that is none', () =>
      changesNothing(() => {
        const bodies: [string, RouteRequest][] = [
          ['empty', { ...request, body: '' }],
          ['half', { ...request, body: '{"a":' }],
          ['text', { ...request, headers: { 'content-type': 'text/plain' }, body: 'text' }],
          [
            'a form',
            { ...request, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'a=1' },
          ],
        ];
        return all(
          bodies.map(([name, bad]) => [name, () => isRefused(route, bad, api.callerOf(route), VALIDATION)]),
        );
      }));
  }

  if (route.method !== 'GET')
    it('refuses a body that cannot be taken', () =>
      changesNothing(async () => {
        const caller = api.callerOf(route);
        const large = { ...request, headers: { ...request.headers, ...JSON_TYPE }, body: TOO_LARGE };
        await isRefused(route, large, caller, { status: 413, code: 'PAYLOAD_TOO_LARGE' });
        const packed = {
          ...large,
          headers: { ...large.headers, 'content-encoding': 'x-unknown' },
          body: '{}',
        };
        await isRefused(route, packed, caller, { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
      }));

  const query = parametersIn(route, 'query');
  if (query.length > 0)
    it('refuses each parameter that is wrong, by its name', () =>
      changesNothing(() => {
        const caller = api.callerOf(route);
        const change = (name: string, ...texts: string[]): RouteRequest => ({
          ...request,
          query: [
            ...request.query.filter(([key]) => key !== name),
            ...texts.map((text) => [name, text] as const),
          ],
        });
        const refused = (name: string, bad: RouteRequest) => (): Promise<void> =>
          isRefused(route, bad, caller, isOpen(route) ? VALIDATION : { ...VALIDATION, field: name });
        const cases = query.flatMap(({ name, schema, required = false }) => {
          const twice = api.schemas.typeOf(api.schemas.resolve(schema)) === 'array' ? [] : ['1', '2'];
          return [
            ...badTextsFor(api.schemas, schema).map(
              ({ what, text }) => [`${name} = ${what}`, refused(name, change(name, text))] as const,
            ),
            ...(twice.length > 0 ? [[`${name} twice`, refused(name, change(name, ...twice))] as const] : []),
            ...(required ? [[`${name} missing`, refused(name, change(name))] as const] : []),
          ];
        });
        const unknown = isOpen(route) ? [] : (['unexpected', 'constructor'] as const);
        return all([
          ...cases,
          ...unknown.map((name) => [`unknown ${name}`, refused(name, change(name, '1'))] as const),
        ]);
      }));

  if (hasPath(route)) {
    it('refuses an id that is none', () =>
      changesNothing(() =>
        all(
          parametersIn(route, 'path').flatMap(({ name, schema }) =>
            badTextsFor(api.schemas, schema).map(({ what, text }) => [
              `${name} = ${what}`,
              () => {
                const bad = { ...request, path: { ...request.path, [name]: text } };
                const refusal =
                  api.schemas.resolve(schema).enum === undefined
                    ? { ...VALIDATION, field: name }
                    : { status: 404 };
                return isRefused(route, bad, api.callerOf(route), refusal);
              },
            ]),
          ),
        ),
      ));

    it('does not find what is not there', () =>
      changesNothing(() =>
        all(
          parametersIn(route, 'path').map(({ name }) => [
            name,
            () => {
              const bad = { ...request, path: { ...request.path, [name]: noId(route, name) } };
              return isRefused(route, bad, api.callerOf(route), { status: 404 });
            },
          ]),
        ),
      ));
  }

  if (hasPath(route) && !isOpen(route) && route.access !== 'admin')
    it("does not find what is somebody else's", () =>
      changesNothing(() => isRefused(route, request, api.stranger, { status: 404 })));

  it('answers as documented', async () => {
    const own = await api.aRequest(route);
    const caller = api.callerOf(route);
    const answer = await api.ask(route, own, 'by' in caller ? byTokenFor(route, caller as Person) : caller);
    const told = `${answer.status} ${answer.text.slice(0, 400)}`;
    expect({ told, status: answer.status < 400 ? 'success' : answer.status }).toEqual({
      told,
      status: UNFIT[route.name] ?? 'success',
    });
    const { items } = (
      answer.status === 200 && answer.text.startsWith('{') ? JSON.parse(answer.text) : {}
    ) as { items?: unknown[] };
    if (items !== undefined && !EMPTY.includes(route.name)) expect(items).not.toEqual([]);
  });
});
