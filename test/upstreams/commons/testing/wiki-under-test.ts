import { PhotoPress } from '../../cdn/photo-press.js';
import { type ApiAnswer, SignedClient, type SignedRequestOptions } from '../../signed-client.js';
import { CommonsWiki } from '../commons-wiki.js';

export type Bytes = Uint8Array<ArrayBuffer>;

const press = new PhotoPress(120);

/** A small JPEG; each number gives different bytes of about the same length (8 kB). */
export function aPhoto(number: number): Bytes {
  const exif = {
    make: 'Apple',
    model: 'iPhone 12',
    takenAt: new Date('2024-05-17T08:30:00Z'),
    latitude: 52.5,
    longitude: 13.4,
  };
  return new Uint8Array(press.print(String(number), 88, exif));
}

export const bytes = (text: string): Bytes => new Uint8Array(Buffer.from(text));

/** The part of an answer that most requests are about. */
export interface UploadAnswer {
  result: string;
  filekey: string;
  offset?: number;
  imageinfo: { sha1: string; size: number };
}

export const uploadOf = (answer: ApiAnswer): UploadAnswer => (answer.json as { upload: UploadAnswer }).upload;

/** One user of a wiki with the usual parameters filled in. */
export class WikiUserAgent {
  private constructor(
    readonly client: SignedClient,
    readonly token: string,
  ) {}

  static async of(wiki: CommonsWiki, name: string): Promise<WikiUserAgent> {
    const client = new SignedClient(wiki.apiUrl, wiki.consumer, wiki.accessToken(name));
    return new WikiUserAgent(client, await client.csrfToken());
  }

  query(params: Record<string, string>, options?: SignedRequestOptions): Promise<ApiAnswer> {
    return this.client.get({ formatversion: '2', action: 'query', ...params }, options);
  }

  upload(params: Record<string, string>, files?: Record<string, Bytes>): Promise<ApiAnswer> {
    const fields = { formatversion: '2', action: 'upload', token: this.token, ...params };
    return this.client.post(fields, files === undefined ? {} : { files });
  }

  edit(params: Record<string, string>): Promise<ApiAnswer> {
    return this.client.post({ formatversion: '2', action: 'edit', token: this.token, ...params });
  }

  /** Stashes a chunk of `file`. */
  chunk(file: Bytes, from: number, to: number, params: Record<string, string>): Promise<ApiAnswer> {
    return this.upload(
      { stash: '1', filesize: String(file.length), offset: String(from), ...params },
      { chunk: file.slice(from, to) },
    );
  }

  /** Stashes a file in one chunk. */
  stash(file: Bytes, params: Record<string, string>): Promise<ApiAnswer> {
    return this.chunk(file, 0, file.length, params);
  }

  /** Stashes a file in three chunks and answers what each was answered. */
  async threeChunks(file: Bytes, params: Record<string, string>): Promise<[ApiAnswer, ApiAnswer, ApiAnswer]> {
    const third = Math.floor(file.length / 3);
    const first = await this.chunk(file, 0, third, params);
    const filekey = uploadOf(first).filekey;
    const middle = await this.chunk(file, third, 2 * third, { ...params, filekey });
    return [first, middle, await this.chunk(file, 2 * third, file.length, { ...params, filekey })];
  }

  commit(filekey: string, filename: string, params: Record<string, string> = {}): Promise<ApiAnswer> {
    return this.upload({ filename, filekey, comment: 'c', text: 't', ...params });
  }

  /** Publishes a file. */
  async publish(file: Bytes, filename: string, params: Record<string, string> = {}): Promise<ApiAnswer> {
    return this.commit(
      uploadOf(await this.stash(file, { filename, ignorewarnings: '1' })).filekey,
      filename,
      params,
    );
  }
}

/** Starts a wiki with one user at work. */
export async function aWiki(userName = 'Uploader'): Promise<{ wiki: CommonsWiki; user: WikiUserAgent }> {
  const wiki = new CommonsWiki();
  await wiki.start();
  return { wiki, user: await WikiUserAgent.of(wiki, userName) };
}
