/** A rate limit: so many hits in so many seconds. */
export interface RateWindow {
  hits: number;
  seconds: number;
}

export type RateLimits = Record<string, Record<string, RateWindow>>;

export interface Block {
  id: number;
  by: string;
  reason: string;
  since: Date;
}

export interface WikiUser {
  id: number;
  /** The id on all wikis together, which is what sign-in tells. */
  centralId: number;
  name: string;
  groups: string[];
  editCount: number;
  registered: Date;
  block: Block | null;
  /** Windows that replace the wiki's usual ones. */
  ownLimits: RateLimits | null;
  /** Rights this user lacks although a group gives them. */
  withheldRights: string[];
}

export interface NewUser {
  name: string;
  groups?: string[];
  editCount?: number;
  blocked?: string;
  limits?: RateLimits;
  withheldRights?: string[];
}

const RIGHTS: Record<string, readonly string[]> = {
  '*': ['read', 'edit', 'createpage', 'createtalk', 'writeapi'],
  user: [
    'move',
    'movefile',
    'upload',
    'reupload',
    'reupload-shared',
    'minoredit',
    'purge',
    'editcontentmodel',
    'upload_by_url',
  ],
  autoconfirmed: ['autoconfirmed', 'editsemiprotected'],
  confirmed: ['autoconfirmed', 'editsemiprotected'],
  autopatrolled: ['autopatrol'],
  patroller: ['autopatrol', 'patrol'],
  'image-reviewer': ['autopatrol'],
  bot: ['bot', 'noratelimit', 'apihighlimits', 'autopatrol'],
  sysop: [
    'noratelimit',
    'apihighlimits',
    'block',
    'delete',
    'deletedhistory',
    'protect',
    'editprotected',
    'tboverride',
    'autopatrol',
    'browsearchive',
  ],
};

// Commons' limits: wmf-config/core-Permissions.php and InitialiseSettings.php ($wgRateLimits).
const TRUSTED = ['autopatrolled', 'patroller', 'image-reviewer'];
const forTrusted = (window: RateWindow): Record<string, RateWindow> =>
  Object.fromEntries(TRUSTED.map((group) => [group, window]));
const LIMITS: RateLimits = {
  edit: {
    user: { hits: 900, seconds: 180 },
    newbie: { hits: 120, seconds: 300 },
    ...forTrusted({ hits: 1500, seconds: 180 }),
  },
  upload: { user: { hits: 380, seconds: 4320 }, ...forTrusted({ hits: 999, seconds: 1 }) },
  move: { user: { hits: 8, seconds: 60 } },
  rollback: { user: { hits: 10, seconds: 60 } },
  emailuser: { user: { hits: 20, seconds: 86_400 } },
  changeemail: { user: { hits: 4, seconds: 86_400 } },
  confirmemail: { user: { hits: 4, seconds: 86_400 } },
  purge: { user: { hits: 30, seconds: 60 } },
  renderfile: { user: { hits: 700, seconds: 30 } },
  'renderfile-nonstandard': { user: { hits: 70, seconds: 30 } },
  editcontentmodel: { user: { hits: 8, seconds: 60 } },
  linkpurge: { user: { hits: 30, seconds: 60 }, patroller: { hits: 3000, seconds: 180 } },
};

/** The wiki's accounts, their rights and how much they have done lately. */
export class Users {
  private readonly byName = new Map<string, WikiUser>();
  private readonly recent = new Map<string, number[]>();
  private lastId = 0;

  create({ name, groups = [], editCount = 0, blocked, limits, withheldRights = [] }: NewUser): WikiUser {
    if (this.byName.has(name)) throw new Error(`there is a user "${name}" already`);
    this.lastId += 1;
    const user: WikiUser = {
      id: this.lastId,
      centralId: 70_000_000 + this.lastId,
      name,
      groups: [
        ...groups,
        '*',
        'user',
        ...(editCount >= 10 || groups.includes('bot') ? ['autoconfirmed'] : []),
      ],
      editCount,
      registered: new Date('2019-05-01T10:20:30Z'),
      block:
        blocked === undefined
          ? null
          : { id: this.lastId, by: 'Admin', reason: blocked, since: new Date('2026-10-01T12:00:00Z') },
      ownLimits: limits ?? null,
      withheldRights,
    };
    this.byName.set(name, user);
    return user;
  }

  find(name: string): WikiUser | null {
    return this.byName.get(name.replaceAll('_', ' ')) ?? null;
  }

  get(name: string): WikiUser {
    const user = this.find(name);
    if (user === null) throw new Error(`there is no user "${name}"`);
    return user;
  }

  all(): WikiUser[] {
    return [...this.byName.values()];
  }

  rightsOf(user: WikiUser): string[] {
    const rights = new Set(user.groups.flatMap((group) => RIGHTS[group] ?? []));
    for (const right of user.withheldRights) rights.delete(right);
    return [...rights];
  }

  can(user: WikiUser | null, right: string): boolean {
    return user === null ? (RIGHTS['*'] ?? []).includes(right) : this.rightsOf(user).includes(right);
  }

  /** As `meta=userinfo&uiprop=ratelimits` tells it: the windows of every group the user is in, none for the exempt. */
  limitsOf(user: WikiUser): RateLimits {
    if (this.can(user, 'noratelimit')) return {};
    const newbie = !this.can(user, 'autoconfirmed');
    const result: RateLimits = {};
    for (const [action, windows] of Object.entries({ ...LIMITS, ...user.ownLimits })) {
      const own = Object.entries(windows).filter(
        ([group]) => user.groups.includes(group) || (newbie && group === 'newbie'),
      );
      if (own.length > 0) result[action] = Object.fromEntries(own);
    }
    return result;
  }

  /** Counts one action against the user's window; false if the window is full, and then nothing is counted. */
  hit(user: WikiUser, action: string): boolean {
    const windows = this.limitsOf(user)[action];
    if (windows === undefined) return true;
    const window = windows['newbie'] ?? mostGenerous(Object.values(windows));
    const now = Date.now();
    const key = `${user.id}:${action}`;
    const hits = (this.recent.get(key) ?? []).filter((time) => time > now - window.seconds * 1000);
    const allowed = hits.length < window.hits;
    if (allowed) hits.push(now);
    this.recent.set(key, hits);
    return allowed;
  }

  /** Forgets what everybody did lately. */
  resetHits(): void {
    this.recent.clear();
  }
}

const mostGenerous = (windows: RateWindow[]): RateWindow =>
  windows.reduce((best, window) => (window.hits / window.seconds > best.hits / best.seconds ? window : best));
