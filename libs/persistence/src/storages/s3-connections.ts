import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { checkServiceUrl, guardedLookup, RefusedError, type ResolveHost } from '#app/protocol';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { S3Storage } from './s3-storage.js';
import { StorageUnreachableError } from './storage-unreachable.js';

/** Where a bucket is. */
export interface S3Place {
  /** `https://host[:port]`. */
  endpoint: string;
  region: string;
  bucket: string;
  /** Empty, or with a slash at its end. */
  prefix: string;
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`. */
  pathStyle: boolean;
}

export interface S3Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

const SOCKETS = 20;
const ATTEMPTS = 3;
const CONNECT_MS = 10_000;
/** Until the answer begins: a part of a file has been sent by then. */
const ANSWER_MS = 120_000;
/** Without a byte in either direction, also while a file is read. */
const IDLE_MS = 60_000;

export interface S3ConnectionsOptions {
  /** As in DOWNLOAD_ALLOWED_HOSTS: private addresses are reached only where an entry names their host:port. */
  allowedHosts: readonly string[];
  resolve?: ResolveHost;
  answerTimeoutMs?: number;
}

/** Keep-alive connections to S3 storages, under the guard that downloads are under too. Redirects are not followed. */
export class S3Connections {
  private readonly guarded: HttpsAgent;
  private readonly named = new HttpsAgent({ keepAlive: true, maxSockets: SOCKETS });
  private readonly plain = new HttpAgent({ keepAlive: true, maxSockets: SOCKETS });

  constructor(private readonly options: S3ConnectionsOptions) {
    this.guarded = new HttpsAgent({
      keepAlive: true,
      maxSockets: SOCKETS,
      lookup: guardedLookup(options.resolve),
    });
  }

  /** @throws RefusedError `download-host-refused` when nothing may be sent there */
  check({ endpoint, bucket, pathStyle }: Pick<S3Place, 'endpoint' | 'bucket' | 'pathStyle'>): {
    isNamedLiterally: boolean;
  } {
    const { isNamedLiterally } = checkServiceUrl(endpoint, this.options.allowedHosts);
    if (pathStyle || !isNamedLiterally) return { isNamedLiterally };
    // The requests go to another name than the one that was allowed.
    const url = new URL(endpoint);
    url.hostname = `${bucket}.${url.hostname}`;
    return checkServiceUrl(url.href, this.options.allowedHosts);
  }

  /** @throws StorageUnreachableError when nothing may be sent there */
  open(place: S3Place, credentials: S3Credentials): S3Storage {
    return new S3Storage(this.connect(place, credentials), place.bucket, place.prefix);
  }

  close(): void {
    for (const agent of [this.guarded, this.named, this.plain]) agent.destroy();
  }

  private connect(place: S3Place, credentials: S3Credentials): S3Client {
    const { isNamedLiterally } = this.checkOrFail(place);
    const config: S3ClientConfig = {
      endpoint: place.endpoint,
      region: place.region,
      forcePathStyle: place.pathStyle,
      credentials,
      maxAttempts: ATTEMPTS,
      // Storages other than Amazon's own may not know the newer checksums.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      // Nothing from the environment or from files of this account.
      defaultsMode: 'standard',
      retryMode: 'standard',
      useDualstackEndpoint: false,
      useFipsEndpoint: false,
      useArnRegion: false,
      requestHandler: {
        httpAgent: this.plain,
        httpsAgent: isNamedLiterally ? this.named : this.guarded,
        connectionTimeout: CONNECT_MS,
        requestTimeout: this.options.answerTimeoutMs ?? ANSWER_MS,
        throwOnRequestTimeout: true,
        socketTimeout: IDLE_MS,
      },
    };
    return new S3Client(config);
  }

  private checkOrFail(place: S3Place): { isNamedLiterally: boolean } {
    try {
      return this.check(place);
    } catch (error) {
      if (error instanceof RefusedError) throw new StorageUnreachableError(error.message, false);
      throw error;
    }
  }
}
