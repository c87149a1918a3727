import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import type { S3Credentials, S3Place } from '#app/persistence';

export interface S3Server {
  /** `host:port`, as DOWNLOAD_ALLOWED_HOSTS names it. */
  host: string;
  place: S3Place;
  credentials: S3Credentials;
  close: () => Promise<void>;
}

const BUCKET = 'exports';

/** An S3 server of this process with one bucket. It cannot list or abort uploads, trusts signatures, and gives no second part of a long list. */
export async function startS3rver(): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), 'curator-s3-'));
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: BUCKET }],
  });
  const { port } = await server.run();
  const host = `127.0.0.1:${port}`;
  return {
    host,
    place: {
      endpoint: `http://${host}`,
      region: 'us-east-1',
      bucket: BUCKET,
      prefix: 'curator/',
      pathStyle: true,
    },
    // The only ones that it knows.
    credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    close: async () => {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
