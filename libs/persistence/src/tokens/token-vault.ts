import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** An OAuth access token, or another pair of a name and a secret. */
export interface SealableToken {
  key: string;
  secret: string;
}

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const ACCESS_TOKEN = 'access token';
const KEY_ID = /^[\w-]{1,32}$/;

/** A sealed token that does not open. */
export class SealedTokenError extends Error {}

/**
 * Encrypts access tokens with AES-256-GCM. A sealed token is `<key id>.<base64url of iv, tag and ciphertext>` and opens
 * for its own user, or other owner, and purpose only. The first key seals, all of them open, so keys can be rotated.
 */
export class TokenVault {
  private readonly keys: ReadonlyMap<string, Buffer>;
  /** The first key: what is sealed from now on is sealed with it. */
  readonly sealingKeyId: string;

  /** @param keys TOKEN_ENCRYPTION_KEYS: `id:base64(32 bytes)`, comma separated @throws Error that quotes no key */
  constructor(keys: string) {
    const pairs = keys.split(',').map((pair, index) => parseKey(pair.trim(), index + 1));
    this.keys = new Map(pairs);
    const [first] = pairs;
    if (!first || this.keys.size < pairs.length) throw new Error('TOKEN_ENCRYPTION_KEYS names a key twice');
    this.sealingKeyId = first[0];
  }

  /** All of them, the sealing one first. */
  get keyIds(): string[] {
    return [...this.keys.keys()];
  }

  /** @param userid whose token it is, @param purpose what it is for; both are needed again to open it */
  seal(token: SealableToken, userid: string, purpose = ACCESS_TOKEN): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.keyOf(this.sealingKeyId), iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(associatedData(userid, purpose));
    const text = JSON.stringify([token.key, token.secret]);
    const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return `${this.sealingKeyId}.${Buffer.concat([iv, cipher.getAuthTag(), encrypted]).toString('base64url')}`;
  }

  /** @throws SealedTokenError when it was sealed for somebody else, with a key that is not configured, or was changed */
  open(sealed: string, userid: string, purpose = ACCESS_TOKEN): SealableToken {
    const dot = sealed.indexOf('.');
    const key = this.keyOf(keyIdOf(sealed));
    const bytes = Buffer.from(sealed.slice(dot + 1), 'base64url');
    if (dot < 0 || bytes.length <= IV_BYTES + TAG_BYTES)
      throw new SealedTokenError('A sealed token is malformed');
    const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(associatedData(userid, purpose));
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return parseToken(decrypt(decipher, bytes.subarray(IV_BYTES + TAG_BYTES)));
  }

  /** Whether it is sealed with the first key. */
  isNewest(sealed: string): boolean {
    return keyIdOf(sealed) === this.sealingKeyId;
  }

  /** As open, but null when the token cannot be opened any more, e.g. because its key was retired: the person signs in again. */
  tryOpen(sealed: string, userid: string, purpose = ACCESS_TOKEN): SealableToken | null {
    try {
      return this.open(sealed, userid, purpose);
    } catch (error) {
      if (error instanceof SealedTokenError) return null;
      throw error;
    }
  }

  private keyOf(id: string): Buffer {
    const key = this.keys.get(id);
    if (!key)
      throw new SealedTokenError(
        'A token was sealed with a key that TOKEN_ENCRYPTION_KEYS does not hold any more',
      );
    return key;
  }
}

const keyIdOf = (sealed: string): string => sealed.slice(0, Math.max(0, sealed.indexOf('.')));

const associatedData = (owner: string, purpose: string): Buffer =>
  Buffer.from(`curator ${purpose} of ${owner}`, 'utf8');

function decrypt(decipher: ReturnType<typeof createDecipheriv>, encrypted: Buffer): string {
  try {
    return Buffer.concat([decipher.update(encrypted), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new SealedTokenError('A sealed token does not open: it was changed or belongs to somebody else', {
      cause,
    });
  }
}

function parseToken(text: string): SealableToken {
  const [key, secret] = JSON.parse(text) as string[];
  if (key === undefined || secret === undefined) throw new SealedTokenError('A sealed token is malformed');
  return { key, secret };
}

function parseKey(pair: string, position: number): [string, Buffer] {
  const [id = '', encoded = '', ...rest] = pair.split(':');
  const key = Buffer.from(encoded, 'base64');
  const isBase64 = key.toString('base64').replace(/=+$/, '') === encoded.replace(/=+$/, '');
  if (!KEY_ID.test(id) || rest.length > 0 || !isBase64 || key.length !== KEY_BYTES) {
    throw new Error(`TOKEN_ENCRYPTION_KEYS: key ${position} must be <id>:<base64 of ${KEY_BYTES} bytes>`);
  }
  return [id, key];
}
