/** The part of passport-oauth1 1.3 that is used here. @see https://github.com/jaredhanson/passport-oauth1 */
declare module 'passport-oauth1' {
  import type { Request } from 'express';

  type Done<T extends unknown[] = []> = (error: unknown, ...values: T) => void;

  namespace OAuthStrategy {
    /** Makes the two signed requests. A subclass may replace it. */
    interface Client {
      readonly _requestUrl: string;
      readonly _accessUrl: string;
      readonly _consumerKey: string;
      getOAuthRequestToken(
        params: { oauth_callback: string },
        done: Done<[token?: string, secret?: string, params?: Record<string, string>]>,
      ): void;
      getOAuthAccessToken(
        token: string,
        secret: string,
        verifier: string | null,
        done: Done<[token?: string, secret?: string, params?: Record<string, string>]>,
      ): void;
    }

    /** The strategy tells variants apart by the number of declared parameters: these are the shortest. */
    interface RequestTokenStore {
      get(request: Request, token: string, done: Done<[secret?: string]>): void;
      set(request: Request, token: string, secret: string, done: Done): void;
      destroy(request: Request, token: string, done: Done): void;
    }

    interface Options {
      requestTokenURL: string;
      accessTokenURL: string;
      userAuthorizationURL: string;
      consumerKey: string;
      consumerSecret: string;
      callbackURL: string;
      requestTokenStore: RequestTokenStore;
      skipUserProfile: true;
    }

    type Verify = (token: string, secret: string, profile: undefined, done: Done<[user: unknown]>) => void;
  }

  class OAuthStrategy {
    constructor(options: OAuthStrategy.Options, verify: OAuthStrategy.Verify);
    protected _oauth: OAuthStrategy.Client;
    authenticate(request: Request): void;
    userAuthorizationParams(options: object): Record<string, string>;
  }

  export = OAuthStrategy;
}
