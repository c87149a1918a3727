import { Random } from '../../chaos/random.js';
import type { DocumentedApi } from '../documented-api.js';
import type { Route } from '../open-api.js';
import { addressOf, JSON_TYPE, parametersIn, type RouteRequest } from '../requests.js';
import type { Schemas } from '../schemas.js';
import { generate } from './generate.js';
import { mutate } from './mutate.js';
import { oddText } from './odd-values.js';
import type { Watch } from './watch.js';

/** They leave to the wiki or end what others use. */
const LEFT_OUT: readonly string[] = [
  'GET /auth/login',
  'GET /auth/callback',
  'GET /auth/logout',
  'POST /auth/register',
];

/** Node refuses longer addresses by itself, without an answer of ours. */
const LONGEST_TEXT = 400;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Texts that cannot be written in an address are none for it. */
const isWellFormed = (text: string): boolean =>
  !/[\ud800-\udfff]/.test(text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, ''));

const anyText = (schemas: Schemas, schema: Route['parameters'][number]['schema'], random: Random): string => {
  const whole = random.chance(0.7) ? textOf(generate(schemas, schema, random)) : oddText(random);
  const text = whole.slice(0, LONGEST_TEXT);
  return isWellFormed(text) ? text : 'x';
};

/** A request to the route with something odd in it. */
function aFuzzed(route: Route, whole: RouteRequest, schemas: Schemas, random: Random): RouteRequest {
  const path = Object.entries(whole.path).map(([name, id]) => [
    name,
    random.chance(0.9) ? id : anyText(schemas, {}, random) || 'x',
  ]);
  const query = parametersIn(route, 'query')
    .filter(({ required = false }) => (required ? random.chance(0.95) : random.chance(0.4)))
    .flatMap(({ name, schema }) =>
      Array.from(
        { length: random.chance(0.9) ? 1 : 2 },
        () => [name, anyText(schemas, schema, random)] as const,
      ),
    );
  if (random.chance(0.05)) query.push([oddText(random).slice(0, 100), 'x']);
  const request = { ...whole, path: Object.fromEntries(path) as Record<string, string>, query };
  if (route.body === null && (route.method === 'GET' || whole.body !== undefined || random.chance(0.8)))
    return request;
  return {
    ...request,
    headers: { ...request.headers, ...JSON_TYPE },
    body: mutate(generate(schemas, route.body ?? {}, random), random),
  };
}

/** A route with requests that are right, to things that are there before anything odd is sent. */
export interface Target {
  readonly route: Route;
  readonly requests: readonly RouteRequest[];
  readonly weight: number;
}

const THINGS = 3;

/** What requests can be sent to; routes with a body more often. */
export async function findTargets(api: DocumentedApi): Promise<Target[]> {
  const targets: Target[] = [];
  for (const route of api.routes.filter(({ name }) => !LEFT_OUT.includes(name))) {
    const requests: RouteRequest[] = [];
    while (requests.length < THINGS) requests.push(await api.aRequest(route));
    targets.push({ route, requests, weight: route.body === null ? 1 : 5 });
  }
  return targets;
}

/** Sends `cases` requests, one after the other, each as one who may call the route. */
export async function fuzzRoutes(
  api: DocumentedApi,
  targets: readonly Target[],
  { lane, seed, cases, watch }: { lane: string; seed: number; cases: number; watch: Watch },
): Promise<void> {
  const random = Random.of('routes', lane, seed);
  for (let sent = 0; sent < cases && !watch.isHopeless; sent += 1) {
    const { route, requests } = random.weighted(targets);
    const request = aFuzzed(route, random.pick(requests), api.schemas, random);
    const what = `request ${sent} of ${lane}`;
    const body = typeof request.body === 'string' ? request.body : '';
    const told = `${route.method} ${addressOf(route, request)} ${body}`;
    try {
      const { status, text } = await api.ask(route, request, api.callerOf(route));
      watch.count(String(status));
      watch.checkText(text);
    } catch (error) {
      watch.note(what, told, error);
    }
    watch.checkPrototypes(what, told);
    watch.cases += 1;
  }
}
