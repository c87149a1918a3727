import { CLIENT_MESSAGES, SERVER_MESSAGES } from '#app/protocol';
import { escapeHtml } from '../http/escape-html.js';

const child = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

/** Schema references become links to the schema's place on the page. */
const renderSchema = (schema: unknown): string =>
  escapeHtml(JSON.stringify(schema, null, 2)).replace(
    /&quot;#\/components\/schemas\/(\w+)&quot;/g,
    '<a href="#schema-$1">$1</a>',
  );

const renderList = (entries: readonly (readonly [string, unknown])[], prefix: string): string =>
  entries
    .map(
      ([name, schema]) =>
        `<details id="${prefix}-${name}" open><summary>${escapeHtml(name)}</summary><pre>${renderSchema(schema)}</pre></details>`,
    )
    .join('\n');

/** All that the page loads; the policy of its contents names it. */
export const ASYNCAPI_STYLE =
  'body { font-family: sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em } summary { font-weight: bold }';

/** The AsyncAPI document as a page that needs nothing from elsewhere. */
export function renderAsyncApiPage(document: unknown): string {
  const components = child(document, 'components');
  const messages = child(components, 'messages');
  const payloads = (names: readonly string[]) =>
    names.map((name) => [name, child(child(messages, name), 'payload')] as const);
  const schemas = Object.entries(child(components, 'schemas') ?? {});
  const description = child(child(document, 'info'), 'description');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Curator WebSocket API</title>
<style>${ASYNCAPI_STYLE}</style>
<h1>Curator WebSocket API</h1>
<p>${escapeHtml(typeof description === 'string' ? description : '')}</p>
<p><a href="/api/asyncapi.json">asyncapi.json</a></p>
<h2>From the client</h2>
${renderList(payloads(Object.keys(CLIENT_MESSAGES)), 'client')}
<h2>From the server</h2>
${renderList(payloads(Object.keys(SERVER_MESSAGES)), 'server')}
<h2>Schemas</h2>
${renderList(schemas, 'schema')}
</html>
`;
}
