import type { AccessToken } from '#app/commons-client';
import type { TokenVault } from '#app/persistence';
import { DomainError } from '#app/protocol';
import type { Request } from 'express';
import OAuthStrategy from 'passport-oauth1';
import { toError } from '../http/to-error.js';
import type { MediaWikiOAuth } from './mediawiki-oauth.js';

const REQUEST_TOKEN = ['whoever signs in', 'request token'] as const;

/** Keeps the request token of a sign-in, sealed, in the session of the browser that began it, for one use. */
const sessionTokens = (vault: TokenVault): OAuthStrategy.RequestTokenStore => ({
  get: (request, token, done) => {
    const { session } = request;
    const sealed = session.handshake;
    const handshake = sealed === undefined ? null : vault.tryOpen(sealed, ...REQUEST_TOKEN);
    if (handshake?.key !== token) {
      done(
        new DomainError('VALIDATION_FAILED', 'No sign-in was begun in this browser, or it took too long.'),
      );
      return;
    }
    delete session.handshake;
    session.save((error: unknown) => done(error, handshake.secret));
  },
  set: (request, key, secret, done) => {
    request.session.handshake = vault.seal({ key, secret }, ...REQUEST_TOKEN);
    done(null);
  },
  destroy: (_request, _token, done) => done(null),
});

/** OAuth 1.0a with MediaWiki's addresses, which differ from other servers' in wanting the consumer at `authorize`. */
class MediaWikiStrategy extends OAuthStrategy {
  constructor(
    private readonly oauth: MediaWikiOAuth,
    callbackURL: string,
    vault: TokenVault,
  ) {
    super(
      {
        requestTokenURL: oauth.pageUrl('initiate'),
        accessTokenURL: oauth.pageUrl('token'),
        userAuthorizationURL: oauth.pageUrl('authorize'),
        consumerKey: oauth.consumer.key,
        consumerSecret: oauth.consumer.secret,
        callbackURL,
        requestTokenStore: sessionTokens(vault),
        skipUserProfile: true,
      },
      (key, secret, _profile, done) => done(null, { key, secret }),
    );
    this._oauth = {
      _requestUrl: oauth.pageUrl('initiate'),
      _accessUrl: oauth.pageUrl('token'),
      _consumerKey: oauth.consumer.key,
      getOAuthRequestToken: ({ oauth_callback }, done) => {
        oauth.requestToken(oauth_callback).then(
          ({ key, secret }) => done(null, key, secret, { oauth_callback_confirmed: 'true' }),
          (error: unknown) => done(error),
        );
      },
      getOAuthAccessToken: (key, secret, verifier, done) => {
        oauth.accessToken({ key, secret }, verifier ?? '').then(
          (token) => done(null, token.key, token.secret, {}),
          (error: unknown) => done(error),
        );
      },
    };
  }

  override userAuthorizationParams(): Record<string, string> {
    return { oauth_consumer_key: this.oauth.consumer.key };
  }
}

type Outcome = { kind: 'redirect'; url: string } | { kind: 'success'; token: AccessToken };

/** Passport wraps what the two calls threw. */
const unwrap = (error: unknown): Error =>
  error instanceof Error && 'oauthError' in error ? toError(error.oauthError) : toError(error);

/** The three-legged handshake that gets a person's access token. */
export class Handshake {
  private readonly strategy: MediaWikiStrategy;

  /** @param vault seals what is kept while a sign-in is under way */
  constructor(oauth: MediaWikiOAuth, callbackUrl: string, vault: TokenVault) {
    this.strategy = new MediaWikiStrategy(oauth, callbackUrl, vault);
  }

  /** @returns the wiki's address to send the browser to @throws TemporaryError @throws RefusedError */
  async begin(request: Request): Promise<string> {
    // With `oauth_token` in its query Passport would take it for one that came back.
    const outcome = await this.run(Object.create(request, { query: { value: {} } }) as Request);
    if (outcome.kind !== 'redirect')
      throw new DomainError('VALIDATION_FAILED', 'A sign-in begins without a token.');
    return outcome.url;
  }

  /**
   * Completes it on the request that came back from the wiki with `oauth_token` and `oauth_verifier`.
   * @throws DomainError VALIDATION_FAILED unless this browser began it @throws TemporaryError @throws RefusedError
   */
  async complete(request: Request): Promise<AccessToken> {
    const outcome = await this.run(request);
    if (outcome.kind !== 'success') throw new DomainError('VALIDATION_FAILED', 'The wiki sent no token.');
    return outcome.token;
  }

  /** Passport's own middleware would answer errors itself; this hands every outcome to the caller. */
  private run(request: Request): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const fail = (reason: unknown): void => reject(unwrap(reason));
      const attempt = Object.assign(Object.create(this.strategy) as MediaWikiStrategy, {
        redirect: (url: string) => resolve({ kind: 'redirect', url }),
        success: (token: AccessToken) => resolve({ kind: 'success', token }),
        fail,
        error: fail,
      });
      attempt.authenticate(request);
    });
  }
}
