/** What an API token may be used for; the order is that of the documents. */
export const TOKEN_SCOPES = ['read', 'upload', 'admin'] as const;

/** `read`: reading; `upload`: everything that is written in the person's name; `admin`: what only administrators may do. */
export type TokenScope = (typeof TOKEN_SCOPES)[number];
