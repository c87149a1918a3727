import { buildAsyncApiDocument, CLIENT_MESSAGES, SERVER_MESSAGES } from '#app/protocol';
import { describe, expect, it } from '@jest/globals';
import { renderAsyncApiPage } from './render-asyncapi-page.js';

describe('renderAsyncApiPage', () => {
  const page = renderAsyncApiPage(buildAsyncApiDocument());

  it('shows every message', () => {
    for (const name of Object.keys(CLIENT_MESSAGES)) expect(page).toContain(`id="client-${name}"`);
    for (const name of Object.keys(SERVER_MESSAGES)) expect(page).toContain(`id="server-${name}"`);
  });

  it('links schemas to a place that exists', () => {
    const links = [...page.matchAll(/href="#([\w-]+)"/g)].map(([, id]) => id);
    expect(links.length).toBeGreaterThan(0);
    for (const id of links) expect(page).toContain(`id="${id}"`);
  });
});
