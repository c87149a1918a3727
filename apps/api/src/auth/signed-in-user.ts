import type { TokenScope } from '#app/protocol';

/** The API token by which a request came. */
export interface TokenGrant {
  readonly id: number;
  readonly scopes: readonly TokenScope[];
  /** SHA-256 of the token. */
  readonly hash: string;
  readonly expiresAt: Date | null;
}

/** The person behind a request. */
export interface SignedInUser {
  /** Id of the wiki's central account, decimal. */
  readonly userid: string;
  readonly username: string;
  /** An administrator of this tool, who did not come by a token without that scope. */
  readonly isAdmin: boolean;
  /** No quota holds: an administrator, by whatever they came. */
  readonly isExempt: boolean;
  /** Absent for a session, which may do whatever the person may. */
  readonly token?: TokenGrant;
}

/** What a session keeps of the person; whether they are an administrator is the configuration's to say, each time anew. */
export interface SessionPerson {
  userid: string;
  username: string;
}

/** Adds what the configuration and the token say about a person. */
export const toSignedInUser = (
  { userid, username }: SessionPerson,
  administrators: { has(username: string): boolean },
  token?: TokenGrant,
): SignedInUser => ({
  userid,
  username,
  isExempt: administrators.has(username),
  isAdmin: administrators.has(username) && (token === undefined || token.scopes.includes('admin')),
  ...(token !== undefined && { token }),
});

declare module 'express-session' {
  interface SessionData {
    user: SessionPerson;
    /** The request token of a sign-in that is under way, sealed. */
    handshake: string;
  }
}
