import {
  buildAsyncApiDocument,
  SERVER_MESSAGES,
  type ServerMessageOf,
  type ServerMessageType,
} from '#app/protocol';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

type Frames = { [T in ServerMessageType]: ServerMessageOf<T> & { readonly nonce: string } };

/** A frame from the server, as one of its messages. */
export type Frame<T extends ServerMessageType = ServerMessageType> = Frames[T];

const checks = new Map<string, ValidateFunction>();

function prepareChecks(): void {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(buildAsyncApiDocument(), 'asyncapi.json');
  for (const type of Object.keys(SERVER_MESSAGES))
    checks.set(type, ajv.compile({ $ref: `asyncapi.json#/components/messages/${type}/payload` }));
}

/**
 * Reads one text frame and holds it against the AsyncAPI document.
 * @throws Error saying what the document does not allow
 */
export function checkFrame(text: string): Frame {
  if (checks.size === 0) prepareChecks();
  const frame = JSON.parse(text) as Frame;
  const { type } = frame;
  const check = checks.get(type);
  if (check === undefined) throw new Error(`The document knows no server message ${type}`);
  const isAsDocumented: boolean = check(frame);
  if (!isAsDocumented) {
    const problems = (check.errors ?? []).map(
      ({ instancePath, message }) => `${instancePath} ${message ?? ''}`,
    );
    throw new Error(`${type} is not as documented: ${problems.join('; ')} in ${text.slice(0, 500)}`);
  }
  return frame;
}
