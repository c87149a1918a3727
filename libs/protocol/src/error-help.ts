import { ERROR_CODES, ERROR_STATUS, type ErrorCode } from './error-codes.js';

interface ErrorHelp {
  /** When it is answered. */
  readonly cause: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** What each error means to who gets it. A code without its sentences does not compile. */
export const ERROR_HELP: Readonly<Record<ErrorCode, ErrorHelp>> = {
  VALIDATION_FAILED: {
    cause: 'A field, a parameter or the body is missing, unknown or of the wrong form.',
    remedy: 'Correct what `details` names, field by field.',
  },
  UNAUTHENTICATED: {
    cause: 'There is no session and no valid API token.',
    remedy: 'Sign in at `/auth/login`, or send a valid token as `Authorization: Bearer`.',
  },
  FORBIDDEN: {
    cause: 'The person, the scopes of their token or the page that sent the request may not do this.',
    remedy: 'Ask an administrator, or use a token with the scope that the message names.',
  },
  NOT_FOUND: {
    cause: 'There is nothing at this address.',
    remedy: 'Compare the path with `/api/docs`.',
  },
  BATCH_NOT_FOUND: {
    cause: 'There is no such batch.',
    remedy: 'Look up the id in the list of batches.',
  },
  SCHEDULE_NOT_FOUND: {
    cause: 'The person has no such schedule.',
    remedy: 'Look up the id in the list of schedules.',
  },
  RUN_NOT_FOUND: {
    cause: 'The schedule has no such run, or it is forgotten: runs are kept for 90 days.',
    remedy: 'Look up the id in the list of the schedule’s runs.',
  },
  NOTIFICATION_NOT_FOUND: {
    cause:
      'The person has no such notification, or it is forgotten: it is kept for 30 days after it was read.',
    remedy: 'Look up the id in the list of notifications.',
  },
  SCHEDULE_CONFLICT: {
    cause: 'The person has as many schedules as anybody may have.',
    remedy: 'Delete a schedule that is not needed any more.',
  },
  UPLOAD_NOT_FOUND: {
    cause: 'There is no such upload.',
    remedy: 'Look up the id among the uploads of the batch.',
  },
  PRESET_NOT_FOUND: {
    cause: 'The person has no such preset.',
    remedy: 'Look up the id in the list of presets.',
  },
  USER_NOT_FOUND: {
    cause: 'Nobody with this id has ever signed in.',
    remedy: 'Look up the id in the list of users.',
  },
  TOKEN_NOT_FOUND: {
    cause: 'The person has no such API token.',
    remedy: 'Look up the id in the list of tokens.',
  },
  CATEGORY_NOT_FOUND: {
    cause: 'Commons has neither a page nor a file of this category.',
    remedy: 'Compare the title with Commons; what was made a moment ago may take some minutes to be seen.',
  },
  IMPORT_NOT_FOUND: {
    cause: 'The person has no such import, or it is not kept any more.',
    remedy: 'Look up the id in the list of imports, or import the category again.',
  },
  IMPORT_EXPIRED: {
    cause: 'What the import has found is too old to be told.',
    remedy: 'Import the category again.',
  },
  RECATEGORIZATION_NOT_FOUND: {
    cause: 'The person has not moved files under this id, or it is not kept any more.',
    remedy: 'Look up the id in the list at `/api/recategorizations`.',
  },
  EXPORT_NOT_FOUND: {
    cause: 'The person has no such export, or it is not kept any more.',
    remedy: 'Look up the id in the list of exports, or ask for it again.',
  },
  EXPORT_EXPIRED: {
    cause: 'The file of the export has been removed, so long after its last download.',
    remedy: 'Ask for it again with `POST /api/exports`; `details.request` is the body.',
  },
  COLLECTION_NOT_FOUND: {
    cause: 'The image source has no such collection, or does not show it.',
    remedy: 'Open the collection at its source and copy its address again.',
  },
  QUOTA_NOT_FOUND: {
    cause: 'There is no such quota, or the person does not have it.',
    remedy: 'Look up the id in the list of quotas.',
  },
  STORAGE_NOT_FOUND: {
    cause: 'There is no such file storage.',
    remedy: 'Look up the id in the list of storages.',
  },
  METHOD_NOT_ALLOWED: {
    cause: 'The address does not take this method.',
    remedy: 'Compare the method with `/api/docs`.',
  },
  CATEGORY_REDIRECT_INVALID: {
    cause: 'The category is a redirect that leads in a circle, or not to one category.',
    remedy: 'Mend the redirect on Commons, or name the category that is meant.',
  },
  STATE_CONFLICT: {
    cause: 'The state of the resource does not allow this now, for instance because it has ended.',
    remedy: 'Read it again and decide anew.',
  },
  SLICE_CONFLICT: {
    cause: 'A slice of this number was accepted with other items.',
    remedy: 'Give new items a new `sliceid`; send a slice again only as it was.',
  },
  KEY_CONFLICT: {
    cause: 'The batch already has an upload of the image.',
    remedy: 'Leave the image out, or use another batch.',
  },
  QUOTA_CONFLICT: {
    cause:
      'The quota cannot be changed like this: its name is taken, its type is held already, or people have it.',
    remedy: 'Read the message; `details` names the people.',
  },
  STORAGE_CONFLICT: {
    cause: 'The storage cannot be changed like this, for instance because its name is taken or it is in use.',
    remedy: 'Read the message, and choose another name or end its use first.',
  },
  TOKEN_CONFLICT: {
    cause: 'The person has as many API tokens as one may have.',
    remedy: 'Delete one that is not used any more.',
  },
  PAYLOAD_TOO_LARGE: {
    cause: 'The body is larger than this route takes.',
    remedy: 'Send less at once.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    cause: 'The encoding or type of the body is not one that can be read.',
    remedy: 'Send UTF-8 JSON, uncompressed or gzipped.',
  },
  RANGE_NOT_SATISFIABLE: {
    cause: 'The range of bytes that was asked for begins behind the end of the file.',
    remedy: 'Ask for the whole file, or for a range within what `Content-Range` tells of its size.',
  },
  QUOTA_EXCEEDED: {
    cause: 'A quota of the person is used up.',
    remedy: 'Wait until it resets; `details` says what is left and when that is.',
  },
  RATE_LIMITED: {
    cause:
      'Too many requests, messages, connections or subscriptions, or too many wrong tokens from one address.',
    remedy: 'Wait as long as `Retry-After` says.',
  },
  INTERNAL: {
    cause: 'A fault of this service.',
    remedy: 'Report it with its request id.',
  },
  UPSTREAM_FAILED: {
    cause: 'A service that this one needs refused the request.',
    remedy: 'Read the message: it is the answer of that service.',
  },
  STORAGE_UNREACHABLE: {
    cause: 'The storage of files does not answer or refuses what is asked of it.',
    remedy: 'Check its address, bucket and keys.',
  },
  UPSTREAM_UNAVAILABLE: {
    cause: 'A service that this one needs does not answer or is overloaded.',
    remedy: 'Try again later, after `Retry-After` where it is sent.',
  },
  UPSTREAM_TIMEOUT: {
    cause: 'A service that this one needs took too long.',
    remedy: 'Try again later.',
  },
  NOT_CONFIGURED: {
    cause: 'This server is not set up for the function.',
    remedy: 'Ask who runs the server to configure it.',
  },
  OVERLOADED: {
    cause: 'The server has as many connections as it can hold.',
    remedy: 'Try again later, after `Retry-After`.',
  },
  NOT_READY: {
    cause: 'The database or Redis does not answer.',
    remedy: 'Try again in a moment.',
  },
  DATABASE_UNAVAILABLE: {
    cause: 'A database that this one reads from, such as the replica of the wiki, does not answer.',
    remedy: 'Try again later.',
  },
};

/** The text of docs/errors.md. */
export function errorTableText(): string {
  const rows = ERROR_CODES.map((code) => {
    const { cause, remedy } = ERROR_HELP[code];
    return `| \`${code}\` | ${ERROR_STATUS[code]} | ${cause} | ${remedy} |`;
  });
  return `# Error codes

Every error of the HTTP API has \`error_code\` and \`http_status\` from this table, with a sentence for people in \`error_msg\` and the id of the request in \`request_id\`. On the WebSocket the sentence of the same error comes as \`ERROR\`.

| code | status | cause | what to do |
| ---- | ------ | ----- | ---------- |
${rows.join('\n')}
`;
}
