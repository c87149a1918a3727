import {
  BatchRepository,
  QuotaRepository,
  UploadRepository,
  type AcceptedSlice,
  type Quota,
  type QuotaDraft,
  type Slice,
} from '#app/persistence';
import { aNewUpload, aUser } from './an-upload.js';
import { openTestDatabase, type OpenTestDatabase } from './databases.js';

export const ADMIN = { userid: '1', username: 'Admin', requestId: 'a-request' };

const TABLES = [
  'upload_requests',
  'upload_slices',
  'batches',
  'user_quotas',
  'quotas',
  'notifications',
  'audit_log',
  'users',
];

/** A person with a batch, and what quotas are made of and spent with. */
export class QuotaSetting {
  readonly quotas: QuotaRepository;
  readonly batches: BatchRepository;
  readonly uploads: UploadRepository;
  userid = '';
  batchid = 0;
  private slices = 0;

  private constructor(readonly opened: OpenTestDatabase) {
    this.quotas = new QuotaRepository(opened.database);
    this.batches = new BatchRepository(opened.database);
    this.uploads = new UploadRepository(opened.database);
  }

  static async open(): Promise<QuotaSetting> {
    return new QuotaSetting(await openTestDatabase());
  }

  /** With nobody else, and no quotas. */
  async begin(): Promise<void> {
    for (const table of TABLES) await this.opened.database.change(`DELETE FROM ${table}`);
    ({ userid: this.userid } = await aUser(this.opened.database));
    ({ id: this.batchid } = await this.batches.create(this.userid));
  }

  /** Ten uploads a month for everybody, unless told otherwise. */
  aQuota(members: Partial<QuotaDraft> = {}): Promise<Quota> {
    const draft: QuotaDraft = {
      name: 'Newcomers',
      description: '',
      enable: true,
      type: 'max_uploads',
      value: 10,
      expire: { period: 'month' },
      isDefault: true,
      ...members,
    };
    return this.quotas.create(draft, ADMIN);
  }

  /** A slice of so many. */
  upload(count: number, members: Partial<Slice> = {}): Promise<AcceptedSlice> {
    this.slices += 1;
    return this.uploads.acceptSlice({
      batchid: this.batchid,
      userid: this.userid,
      sliceid: this.slices,
      itemsHash: String(this.slices),
      uploads: Array.from({ length: count }, () => aNewUpload()),
      ...members,
    });
  }

  remove(id: number, force: boolean): Promise<void> {
    return this.quotas.remove(id, { force, actor: ADMIN });
  }

  /** Of the first of the person's quotas. */
  async left(): Promise<number | undefined> {
    return (await this.quotas.listStates(this.userid))[0]?.left;
  }
}
