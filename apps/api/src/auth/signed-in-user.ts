import type { AccessToken } from '#app/commons-client';

/** The person behind a request. */
export interface SignedInUser {
  /** Id of the wiki's central account, decimal. */
  readonly userid: string;
  readonly username: string;
  /** An administrator of this tool. */
  readonly isAdmin: boolean;
}

/** What a session keeps of the person; whether they are an administrator is the configuration's to say, each time anew. */
export interface SessionPerson {
  userid: string;
  username: string;
}

declare module 'express-session' {
  interface SessionData {
    user: SessionPerson;
    /** The request token of a sign-in that is under way. */
    handshake: AccessToken;
  }
}
