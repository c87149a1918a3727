import type { RateLimits } from '../upstreams/commons/users.js';
import { anItem, type Item } from '../support/upload-collection.js';
import { idOf, SAMPLE_SEQUENCES } from '../upstreams/index.js';
import { Random } from './random.js';

/** What a planned upload has to come to where nothing else happens to it. */
export type Fate =
  /** Its file is new. */
  | 'new'
  /** Another upload of the run, or a file that is on the wiki, has the same content. */
  | 'same-content'
  /** Another upload of the run, or a file that is on the wiki, has the same name and other content. */
  | 'same-name'
  | 'blacklisted';

export interface PlannedUpload {
  readonly item: Item;
  readonly fate: Fate;
}

export interface PlannedBatch {
  readonly uploads: readonly PlannedUpload[];
  /** After how many ended uploads its owner cancels it; null: never. */
  readonly cancelAfter: number | null;
}

export interface PlannedPerson {
  readonly name: string;
  /** Limits of this account instead of the wiki's. */
  readonly limits: RateLimits;
  readonly batches: readonly PlannedBatch[];
}

/** A file that is on the wiki before. */
export interface EarlierFile {
  readonly title: string;
  readonly imageId: string;
}

export interface Plan {
  readonly people: readonly PlannedPerson[];
  readonly earlierFiles: readonly EarlierFile[];
}

const { thousand, demo, someLarge } = SAMPLE_SEQUENCES;

/** Purges would take minutes under the wiki's own limits. */
const PURGES: RateLimits = {
  purge: { user: { hits: 2_000, seconds: 60 } },
  linkpurge: { user: { hits: 2_000, seconds: 60 } },
};
/** Commons' windows, shortened to seconds. */
const ordinary = (uploads: number): RateLimits => ({
  ...PURGES,
  upload: { user: { hits: uploads, seconds: 12 } },
  edit: { user: { hits: uploads * 3, seconds: 18 } },
});

/** Accounts, their share of all uploads and their batches. */
const ACCOUNTS = [
  { name: 'Uploader', share: 0.25, batches: 4, limits: ordinary(40) },
  { name: 'Second uploader', share: 0.2, batches: 3, limits: ordinary(30) },
  { name: 'Patroller', share: 0.2, batches: 3, limits: PURGES },
  { name: 'Tireless bot', share: 0.2, batches: 2, limits: PURGES },
  { name: 'Admin', share: 0.15, batches: 2, limits: PURGES },
] as const;

const MANY_CHUNKS = 0.01;
const LARGE = 0.004;
const SAME_CONTENT = 0.03;
const ALREADY_THERE = 0.02;
const SAME_NAME = 0.01;
const BLACKLISTED = 0.01;
const CANCELLED_BATCHES = 2;

/** What the people upload, all of it from the seed. @param count of uploads, at most 1,000 */
export function makePlan(seed: number, count: number): Plan {
  const random = Random.of(seed, 'plan');
  const images = chooseImages(random, count);
  const uploads: PlannedUpload[] = images.map(({ id, input }) => ({
    item: anItem({ id }, input, { copyright_override: random.chance(0.1) }),
    fate: 'new',
  }));
  const earlierFiles = bend(random, uploads);
  return { people: deal(random, uploads), earlierFiles };
}

function chooseImages(random: Random, count: number): { id: string; input: string }[] {
  const from = (sequence: typeof thousand, wanted: number) =>
    Array.from({ length: Math.min(wanted, sequence.count) }, (_, index) => ({
      id: idOf(sequence, index),
      input: sequence.id,
    }));
  const special = [
    ...from(demo, Math.max(1, Math.round(count * MANY_CHUNKS))),
    ...from(someLarge, Math.max(1, Math.round(count * LARGE))),
  ];
  return random.shuffle([...special, ...from(thousand, count - special.length)]);
}

/** Makes some uploads clash with others, or with what is there already. @returns what has to be there */
function bend(random: Random, uploads: PlannedUpload[]): EarlierFile[] {
  const earlier: EarlierFile[] = [];
  const free = random.shuffle([...uploads.keys()]);
  const some = (share: number): number[] => free.splice(0, Math.max(1, Math.round(uploads.length * share)));
  const change = (index: number, fate: Fate, more: Partial<Item>): void => {
    const upload = uploads[index];
    if (upload !== undefined) uploads[index] = { fate, item: { ...upload.item, ...more } };
  };
  const itemAt = (index: number | undefined): Item => {
    const upload = uploads[index ?? -1];
    if (upload === undefined) throw new Error('There are too few uploads');
    return upload.item;
  };
  for (const index of some(SAME_CONTENT)) {
    const { id, input, copyright_override, labels } = itemAt(free.shift());
    change(index, 'same-content', {
      id,
      input,
      title: `The same ${id} again.jpg`,
      ...(copyright_override === undefined ? {} : { copyright_override }),
      ...(labels === undefined ? {} : { labels }),
    });
  }
  for (const index of some(ALREADY_THERE)) {
    const { id, title } = itemAt(index);
    earlier.push({ imageId: id, title: random.chance(0.5) ? title : `Earlier ${id}.jpg` });
    change(index, 'same-content', {});
  }
  for (const index of some(SAME_NAME)) {
    const other = itemAt(free.shift());
    if (random.chance(0.5)) change(index, 'same-name', { title: other.title });
    else {
      earlier.push({
        imageId: idOf(thousand, thousand.count - 1 - earlier.length),
        title: itemAt(index).title,
      });
      change(index, 'same-name', {});
    }
  }
  for (const index of some(BLACKLISTED))
    change(index, 'blacklisted', { title: `A BLACKLISTED street ${itemAt(index).id}.jpg` });
  return earlier;
}

/** Nothing twice in one batch. */
function deal(random: Random, uploads: readonly PlannedUpload[]): PlannedPerson[] {
  const cancelling = new Set(random.shuffle(ACCOUNTS.map(({ name }) => name)).slice(0, CANCELLED_BATCHES));
  const all = ACCOUNTS.flatMap(({ name, share, batches }) =>
    Array.from({ length: batches }, () => ({
      name,
      room: Math.ceil((uploads.length * share) / batches),
      uploads: [] as PlannedUpload[],
    })),
  );
  for (const upload of uploads) {
    const lacking = all.filter((batch) => batch.uploads.every(({ item }) => item.id !== upload.item.id));
    const target = lacking.find((batch) => batch.uploads.length < batch.room) ?? lacking[0];
    target?.uploads.push(upload);
  }
  return ACCOUNTS.map(({ name, limits }) => {
    const own = all.filter((batch) => batch.name === name);
    const cancelled = cancelling.has(name) ? own.at(-1) : undefined;
    return {
      name,
      limits,
      batches: own.map((batch) => ({
        uploads: batch.uploads,
        cancelAfter:
          batch === cancelled ? 1 + random.below(Math.max(1, Math.floor(batch.uploads.length / 2))) : null,
      })),
    };
  });
}
