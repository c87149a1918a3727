import { Database, JobRepository, NotificationRepository, PresetRepository } from '#app/persistence';
import { recategorizeSubject } from '#app/protocol';
import type { RunningApi } from '../sign-in/running-api.js';
import { aBatch, aNewUpload } from '../support/an-upload.js';
import type { Route } from './open-api.js';
import type { Person } from './people.js';
import { bodyOf, JSON_TYPE } from './requests.js';
import type { Schemas } from './schemas.js';

const NO_ID = String(Number.MAX_SAFE_INTEGER);
const NO_USERID = '9'.repeat(20);

/** An id that nothing has, for a parameter of a path. */
export const noId = ({ path }: Route, name: string): string =>
  path.startsWith('/api/admin/users/') && (name === 'id' || name === 'userid') ? NO_USERID : NO_ID;

/** Makes what the paths of routes name. */
export class Things {
  private moves = 0;

  constructor(
    private readonly running: RunningApi,
    private readonly routes: readonly Route[],
    private readonly schemas: Schemas,
    private readonly admin: Person,
    /** Whose quotas and sessions are changed. */
    private readonly patient: Person,
  ) {}

  /** What fills the path of a route, made for a person. */
  async fillPath({ path }: Route, owner: Person): Promise<Record<string, string>> {
    const filled: Record<string, string> = {};
    for (const [whole, name = ''] of path.matchAll(/\{(\w+)\}/g)) {
      const collection = path.slice(0, path.indexOf(`/${whole}`));
      filled[name] = await this.make(collection, owner, filled);
    }
    return filled;
  }

  /** A body that names things, for the routes whose body has to; undefined for all others. */
  async bodyFor({ name }: Route): Promise<unknown> {
    switch (name) {
      case 'POST /api/admin/users/{userid}/quotas': {
        const quota = await this.create('/api/admin/quotas', this.admin);
        await this.database.change('DELETE FROM user_quotas WHERE userid = ?', [this.patient.userid]);
        return { quota_id: Number(quota) };
      }
      case 'POST /api/admin/retry':
        return { upload_ids: [Number(await this.makeUpload(this.patient))] };
      default:
        return undefined;
    }
  }

  /** One of each kind, so that lists are not empty. */
  async furnish(owner: Person): Promise<void> {
    const collections = this.routes.filter(
      ({ method, path }) => method === 'POST' && /^\/api\/\w+$/.test(path),
    );
    for (const { path, access, body } of collections)
      if (body !== null) await this.create(path, access === 'admin' ? this.admin : owner);
    await this.create('/api/admin/quotas', this.admin);
    await this.assignQuota();
    await this.makeNotification(owner);
    await this.makeMove(owner);
    await this.running.app.get(PresetRepository, { strict: false }).create(owner.userid, {
      handler: 'mapillary',
      title: 'Mine',
      titleTemplate: 'A {{x}}',
      labels: { language: 'en', value: 'A street' },
      categories: 'Streets',
      excludeFromDateCategory: false,
      isDefault: true,
    });
    const upload = await this.makeUpload(owner);
    await this.send('PUT', `/api/admin/upload_requests/${upload}`, this.admin, { wikitext: 'Other text' });
  }

  private get database(): Database {
    return this.running.app.get(Database, { strict: false });
  }

  private async make(
    collection: string,
    owner: Person,
    before: Readonly<Record<string, string>>,
  ): Promise<string> {
    switch (collection) {
      case '/api/admin/upload_requests':
        return this.makeUpload(owner);
      case '/api/admin/users':
        return this.patient.userid;
      case '/api/admin/users/{userid}/quotas':
        return this.assignQuota();
      case '/api/admin/queues':
        return 'uploads';
      case '/api/notifications':
        return this.makeNotification(owner);
      case '/api/recategorizations':
        return this.makeMove(owner);
      case '/api/schedules/{id}/runs':
        return this.idOf(await this.send('POST', `/api/schedules/${before['id']}/run`, owner));
      default:
        return this.create(collection, owner);
    }
  }

  private async makeUpload({ userid }: Person): Promise<string> {
    const { uploads } = await aBatch(this.database, [aNewUpload({ status: 'failed' })], userid);
    return String(uploads[0]?.id);
  }

  private async makeNotification({ userid }: Person): Promise<string> {
    const notifications = this.running.app.get(NotificationRepository, { strict: false });
    const { id } = await notifications.add({
      userid,
      kind: 'batch-finished',
      message: 'Done',
      link: '/#/batch/1',
    });
    return String(id);
  }

  private async makeMove({ userid }: Person): Promise<string> {
    this.moves += 1;
    const pair = { source: `Category:Old ${this.moves}`, target: 'Category:New' };
    const { job } = await this.running.app.get(JobRepository, { strict: false }).createOrJoin({
      kind: 'recategorize',
      userid,
      subject: recategorizeSubject(pair),
      params: { ...pair, editGroupId: 'abcdef' },
    });
    return String(job.id);
  }

  private async assignQuota(): Promise<string> {
    const quota = await this.create('/api/admin/quotas', this.admin);
    await this.database.change('DELETE FROM user_quotas WHERE userid = ?', [this.patient.userid]);
    await this.send('POST', `/api/admin/users/${this.patient.userid}/quotas`, this.admin, {
      quota_id: Number(quota),
    });
    return quota;
  }

  /** Makes one by the collection's own POST. @returns its id */
  private async create(collection: string, owner: Person): Promise<string> {
    const route = this.routes.find(({ name }) => name === `POST ${collection}`);
    if (route === undefined) throw new Error(`Say how to make something for ${collection}/{…}`);
    return this.idOf(await this.send('POST', collection, owner, bodyOf(this.schemas, route)));
  }

  private async idOf(answer: Response): Promise<string> {
    const { id } = (await answer.json()) as { id?: number };
    return answer.headers.get('location')?.split('/').at(-1) ?? String(id);
  }

  private async send(method: string, path: string, { headers }: Person, body?: unknown): Promise<Response> {
    const answer = await fetch(`${this.running.origin}${path}`, {
      method,
      headers: { ...headers, ...JSON_TYPE },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (answer.ok) return answer;
    throw new Error(`${method} ${path} ${JSON.stringify(body)}: ${answer.status} ${await answer.text()}`);
  }
}
