import { createHmac } from 'node:crypto';

import type { Incoming } from '../server/receive.js';
import type { Reply } from '../server/reply.js';
import type { WikiState } from './api-call.js';
import { compactTime } from './content.js';
import { hex, OAuthProblem, type OAuthProvider, type RequestToken } from './oauth.js';

/** Something the sign-in pages of Extension:OAuth refuse; told with HTTP 200. */
class SignInError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** `Special:OAuth/…` of index.php: https://www.mediawiki.org/wiki/OAuth/For_Developers */
export class SignInPages {
  /** Who presses "Allow" when the address does not say (`&user=`). */
  approver: string;

  constructor(
    private readonly wiki: WikiState,
    private readonly oauth: OAuthProvider,
    approver: string,
  ) {
    this.approver = approver;
  }

  answer(incoming: Incoming, step: string): Reply {
    const asJson = incoming.params['format'] === 'json';
    try {
      switch (step) {
        case 'initiate':
          return tokenReply(this.initiate(incoming), asJson);
        case 'authorize':
        case 'authenticate':
          return this.authorize(incoming);
        case 'token':
          return tokenReply(this.exchange(incoming), asJson);
        case 'identify':
          return { headers: { 'content-type': 'application/json' }, body: this.identify(incoming) };
        default:
          return { status: 404, body: 'No such step of OAuth' };
      }
    } catch (error) {
      const problem =
        error instanceof OAuthProblem
          ? new SignInError(
              'mwoauth-oauth-exception',
              `An error occurred in the OAuth protocol: ${error.message}`,
            )
          : error;
      if (!(problem instanceof SignInError)) throw problem;
      if (!asJson)
        return {
          headers: { 'content-type': 'text/plain;charset=UTF-8' },
          body: `Error: ${problem.message}`,
          errorCode: problem.code,
        };
      return {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ error: problem.code, message: problem.message }),
        errorCode: problem.code,
      };
    }
  }

  private initiate(incoming: Incoming): Record<string, string> {
    const params = this.oauth.verifyStep(incoming, null);
    const consumer = this.oauth.consumerOf(params);
    const callback = params.get('oauth_callback') ?? '';
    if (callback !== 'oob' && (callback === '' || !callback.startsWith(consumer.callback ?? 'http'))) {
      throw new SignInError(
        'mwoauth-callback-not-oob-or-prefix',
        'oauth_callback must be set, and must be set to "oob" (case-sensitive), or the configured callback must be a prefix of the supplied callback.',
      );
    }
    const token: RequestToken = {
      key: hex(),
      secret: hex(),
      consumer: consumer.key,
      callback,
      verifier: null,
      userName: null,
      used: false,
    };
    this.oauth.requestTokens.set(token.key, token);
    return { key: token.key, secret: token.secret, oauth_callback_confirmed: 'true' };
  }

  /** The page on which a person allows the access; here it does so by itself. `&deny=1` sends back without a verifier. */
  private authorize(incoming: Incoming): Reply {
    const token = this.oauth.requestTokens.get(incoming.params['oauth_token'] ?? '');
    if (token === undefined || token.used)
      return { status: 200, body: 'E004: No such request token', errorCode: 'mwoauth-invalid-request-token' };
    if (incoming.params['deny'] !== undefined) return { status: 200, body: 'Access denied' };
    const user = this.wiki.users.find(incoming.params['user'] ?? this.approver);
    if (user === null) return { status: 200, body: 'No such user', errorCode: 'nosuchuser' };
    token.userName = user.name;
    token.verifier = hex();
    const target =
      token.callback === 'oob'
        ? (this.oauth.consumers.get(token.consumer)?.callback ?? null)
        : token.callback;
    if (target === null)
      return {
        headers: { 'content-type': 'text/html; charset=utf-8' },
        body: `Verification code: <code>${token.verifier}</code>`,
      };
    const separator = target.includes('?') ? '&' : '?';
    return {
      status: 302,
      headers: {
        location: `${target}${separator}oauth_verifier=${token.verifier}&oauth_token=${token.key}`,
        'content-type': 'text/html; charset=UTF-8',
      },
    };
  }

  private exchange(incoming: Incoming): Record<string, string> {
    const claimed = this.findRequestToken(incoming);
    const params = this.oauth.verifyStep(incoming, claimed);
    if (claimed.used)
      throw new SignInError(
        'mwoauthdatastore-request-token-already-used',
        'This request has already been completed and cannot be resubmitted.',
      );
    if (
      claimed.verifier === null ||
      claimed.userName === null ||
      params.get('oauth_verifier') !== claimed.verifier
    ) {
      throw new SignInError('mwoauthdatastore-bad-verifier', 'The verification code provided was not valid.');
    }
    claimed.used = true;
    const granted = [...this.oauth.accessTokens.values()].find(
      (token) => token.consumer === claimed.consumer && token.userName === claimed.userName && !token.revoked,
    );
    const { key, secret } = granted ?? this.oauth.grant(claimed.consumer, claimed.userName);
    return { key, secret };
  }

  private findRequestToken(incoming: Incoming): RequestToken {
    const key =
      /oauth_token="([^"]*)"/.exec(incoming.headers.authorization ?? '')?.[1] ??
      incoming.params['oauth_token'] ??
      '';
    const token = this.oauth.requestTokens.get(key);
    if (token === undefined)
      throw new SignInError(
        'mwoauthdatastore-request-token-not-found',
        'No token was found matching your request.',
      );
    return token;
  }

  /** A JWT of the user's identity, signed with the consumer's secret. */
  private identify(incoming: Incoming): string {
    const access = this.oauth.verifyAccess(incoming);
    const user = this.wiki.users.get(access.userName);
    const now = Math.floor(Date.now() / 1000);
    const nonce =
      /oauth_nonce="([^"]*)"/.exec(incoming.headers.authorization ?? '')?.[1] ??
      incoming.params['oauth_nonce'] ??
      '';
    const claims = {
      iss: new URL(this.wiki.urls.api).origin,
      aud: access.consumer,
      exp: now + 100,
      iat: now,
      sub: String(user.centralId),
      username: user.name,
      editcount: user.editCount,
      confirmed_email: true,
      blocked: user.block !== null,
      registered: compactTime(user.registered),
      groups: user.groups,
      rights: this.wiki.users.rightsOf(user),
      // PHP leaves a hole in the list, and so it arrives as an object.
      grants: {
        0: 'basic',
        2: 'highvolume',
        3: 'editpage',
        4: 'createeditmovepage',
        5: 'uploadfile',
        6: 'uploadeditmovefile',
      },
      nonce: decodeURIComponent(nonce),
    };
    return signJwt(claims, this.oauth.consumers.get(access.consumer)?.secret ?? '');
  }
}

function tokenReply(token: Record<string, string>, asJson: boolean): Reply {
  if (asJson) return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(token) };
  const { key = '', secret = '', ...rest } = token;
  return {
    headers: { 'content-type': 'text/plain;charset=UTF-8' },
    body: String(new URLSearchParams({ oauth_token: key, oauth_token_secret: secret, ...rest })),
  };
}

/** A compact JWS with HS256. */
export function signJwt(claims: Record<string, unknown>, secret: string): string {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode({ typ: 'JWT', alg: 'HS256' })}.${encode(claims)}`;
  return `${signed}.${signPart(signed, secret)}`;
}

export const signPart = (signed: string, secret: string): string =>
  createHmac('sha256', secret).update(signed).digest('base64url');
