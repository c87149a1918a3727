import { Random } from '../../chaos/random.js';
import type { DocumentedApi } from '../documented-api.js';
import type { Route } from '../open-api.js';
import { NOBODY } from '../people.js';
import { addressOf, JSON_TYPE, type RouteRequest } from '../requests.js';
import { anOddForm } from './odd-forms.js';
import { oddText, oddValue } from './odd-values.js';
import { toText } from './json-text.js';
import type { Watch } from './watch.js';

interface Fuzzing {
  readonly seed: number;
  readonly cases: number;
  readonly watch: Watch;
}

/** Sends a request and notes what is wrong with its answer. */
async function knock(
  api: DocumentedApi,
  route: Route,
  {
    request,
    who,
    what,
    watch,
  }: { request: RouteRequest; who: 'nobody' | 'person'; what: string; watch: Watch },
): Promise<void> {
  const body =
    typeof request.body === 'string'
      ? request.body
      : Buffer.from((request.body as Uint8Array | undefined) ?? []).toString('latin1');
  const told = `${route.method} ${addressOf(route, request)} ${JSON.stringify(request.headers)} ${body}`;
  try {
    const { status, text } = await api.ask(route, request, who === 'nobody' ? NOBODY : api.callerOf(route));
    watch.count(`${route.name} ${status}`);
    watch.checkText(text);
  } catch (error) {
    watch.note(what, told, error);
  }
  watch.checkPrototypes(what, told);
  watch.cases += 1;
}

const routeOf = (api: DocumentedApi, name: string): Route => {
  const route = api.routes.find((one) => one.name === name);
  if (route === undefined) throw new Error(`There is no route ${name}`);
  return route;
};

/** Forms with manifests in them, or nearly so. Most are tried dry: those that are right make batches otherwise. */
export async function fuzzForms(api: DocumentedApi, { seed, cases, watch }: Fuzzing): Promise<void> {
  const random = Random.of('forms', seed);
  const route = routeOf(api, 'POST /api/manifests');
  for (let sent = 0; sent < cases && !watch.isHopeless; sent += 1) {
    const query: (readonly [string, string])[] = random.chance(0.9) ? [['dry_run', 'true']] : [];
    const request = { path: {}, query, ...anOddForm(random) };
    await knock(api, route, { request, who: 'person', what: `form ${sent}`, watch });
  }
}

/** Text that can be the value of a header. */
const headerText = (text: string): string => encodeURI(text.replace(/[\ud800-\udfff]/g, '')).slice(0, 2_000);

const COOKIES = [
  'curator_session=',
  'curator_session=s%3Ax.y',
  'curator_session=s:%00',
  'curator_session=j%3A%7B%7D',
  '__proto__=1',
  '=;;;',
  'a',
];

/** What leads in and out, asked by nobody in particular. */
export async function fuzzAuth(api: DocumentedApi, { seed, cases, watch }: Fuzzing): Promise<void> {
  const random = Random.of('auth', seed);
  const names = [
    'GET /auth/login',
    'GET /auth/callback',
    'GET /auth/logout',
    'GET /auth/whoami',
    'POST /auth/register',
  ];
  const routes = names.map((name) => ({
    route: routeOf(api, name),
    weight: name === 'GET /auth/callback' ? 4 : 1,
  }));
  const short = (): string =>
    oddText(random)
      .slice(0, 400)
      .replace(/[\ud800-\udfff]/g, '');
  for (let sent = 0; sent < cases && !watch.isHopeless; sent += 1) {
    const { route } = random.weighted(routes);
    const keys = [
      'oauth_token',
      'oauth_verifier',
      'returnTo',
      'error',
      'next',
      'oauth_token[]',
      'oauth_token[x]',
    ];
    const query = Array.from({ length: random.below(5) }, () => [random.pick(keys), short()] as const);
    const headers: Record<string, string> = {
      ...(random.chance(0.5) && { cookie: random.chance(0.7) ? random.pick(COOKIES) : headerText(short()) }),
      ...(random.chance(0.3) && {
        authorization: random.pick(['Bearer ', 'Bearer x', 'Basic eDp5', headerText(short())]),
      }),
      ...(random.chance(0.7) && { 'x-api-key': headerText(short()) }),
      ...(random.chance(0.2) && {
        'x-forwarded-for': headerText(short()),
        'x-forwarded-host': 'evil.example',
      }),
    };
    const sends = route.method === 'POST' && random.chance(0.6);
    const request: RouteRequest = {
      path: {},
      query,
      headers: { ...headers, ...(sends && JSON_TYPE) },
      ...(sends && { body: toText(oddValue(random)) }),
    };
    await knock(api, route, { request, who: 'nobody', what: `sign-in ${sent}`, watch });
  }
}
