import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface LocalServer {
  /** `http://127.0.0.1:<port>` */
  url: string;
  host: string;
  /** Request targets in the order of arrival. */
  requests: string[];
  close(): Promise<void>;
}

/** A real HTTP server on a free port of this machine, for specs. */
export async function startLocalServer(
  answer: (request: IncomingMessage, response: ServerResponse, url: URL) => void,
): Promise<LocalServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    answer(request, response, new URL(request.url ?? '/', 'http://localhost'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port');
  const host = `127.0.0.1:${address.port}`;
  return {
    url: `http://${host}`,
    host,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const sendJson = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};
