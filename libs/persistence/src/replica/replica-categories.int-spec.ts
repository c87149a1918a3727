import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TemporaryError, type CategorySource } from '#app/protocol';
import { fileName, fillCategory } from '../../../../test/replica/fill-files.js';
import { OLDER_CATEGORY_LINKS, OLDER_FILE_TABLES } from '../../../../test/replica/replica-tables.js';
import { openTestReplica, type TestReplica } from '../../../../test/replica/test-replica.js';
import { CommonsReplica } from './commons-replica.js';
import { SshRoute } from './ssh-route.js';

const signal = new AbortController().signal;
const STREETS = { title: 'Streets of Île', titleId: 900, firstPage: 1, count: 1_203 };
const TEMPLATES = ['Category redirect'];

async function listAll(source: CategorySource, title: string): Promise<{ names: string[]; parts: number[] }> {
  const names: string[] = [];
  const parts: number[] = [];
  let after: string | null = null;
  do {
    const part = await source.listFiles(title, after, signal);
    names.push(...part.members.map(({ name }) => name));
    parts.push(part.members.length);
    after = part.next;
  } while (after !== null);
  return { names, parts };
}

describe('categories of the replica', () => {
  let databases: TestReplica;
  let replica: CommonsReplica;
  let source: CategorySource;

  beforeAll(async () => {
    databases = await openTestReplica();
    await fillCategory(databases, STREETS);
    replica = new CommonsReplica({
      coreUrl: databases.core.url,
      linksUrl: databases.links.url,
      ssh: new SshRoute(''),
    });
    source = replica.openCategories(TEMPLATES);
  });

  afterAll(async () => {
    await replica.close();
    await databases.drop();
  });

  it('gives every file once, 500 a part, in the order of the category', async () => {
    const { names, parts } = await listAll(source, STREETS.title);
    expect(parts).toEqual([500, 500, 203]);
    expect(names).toEqual(Array.from({ length: STREETS.count }, (_, index) => fileName(index + 1)));
  });

  it('tells who made the first version and who the latest', async () => {
    const { members } = await source.listFiles(STREETS.title, null, signal);
    const latestUploadedAt = new Date('2026-01-02T03:04:05Z');
    expect(members[8]).toEqual({
      pageId: 10_000_009,
      name: fileName(9),
      width: 4_000,
      height: 3_000,
      size: 1_009,
      mime: 'image/jpeg',
      sha1: '9'.padStart(40, '0'),
      firstUploader: 'Uploader_10',
      firstUploadedAt: latestUploadedAt,
      latestUploader: 'Uploader_10',
      latestUploadedAt,
    });
    expect(members[9]).toMatchObject({
      name: fileName(10),
      sha1: 'a'.padStart(40, '0'),
      firstUploader: 'Uploader_10',
      firstUploadedAt: new Date('2024-01-02T03:04:05Z'),
      latestUploader: 'Uploader_11',
      latestUploadedAt,
    });
  });

  it('leaves out pages without a file, and hidden uploaders', async () => {
    const { core, links } = databases;
    await links.run("INSERT INTO linktarget VALUES (901, 14, 'Odd')");
    await links.run("INSERT INTO page (page_id, page_namespace, page_title) VALUES (71, 6, 'Moved.jpg')");
    await links.run("INSERT INTO page (page_id, page_namespace, page_title) VALUES (72, 6, 'Gone.jpg')");
    await links.run("INSERT INTO page (page_id, page_namespace, page_title) VALUES (73, 6, 'Hidden.jpg')");
    await links.run(
      "INSERT INTO categorylinks (cl_from, cl_type, cl_target_id) VALUES (71, 'file', 901), (72, 'file', 901), (73, 'file', 901), (74, 'file', 901)",
    );
    await core.run(
      "INSERT INTO file VALUES (90001, 'Gone.jpg', 900001, 3, 1), (90002, 'Hidden.jpg', 900002, 3, 0)",
    );
    await core.run(
      "INSERT INTO filerevision (fr_id, fr_file, fr_description_id, fr_actor, fr_timestamp, fr_sha1, fr_deleted) VALUES (900001, 90001, 0, 1001, '20260102030405', '1', 0), (900002, 90002, 0, NULL, '20260102030405', '', 4)",
    );
    const part = await source.listFiles('Odd', null, signal);
    expect(part).toMatchObject({ others: 3, next: null });
    expect(part.members).toEqual([
      expect.objectContaining({ name: 'Hidden.jpg', firstUploader: null, latestUploader: null, sha1: '' }),
    ]);
  });

  it('knows subcategories and estimates', async () => {
    const { links } = databases;
    await links.run("INSERT INTO linktarget VALUES (902, 14, 'Parent')");
    await links.run("INSERT INTO page (page_id, page_namespace, page_title) VALUES (81, 14, 'Child_é')");
    await links.run("INSERT INTO categorylinks (cl_from, cl_type, cl_target_id) VALUES (81, 'subcat', 902)");
    expect(await source.listSubcategories('Parent', null, signal)).toEqual({
      members: ['Child é'],
      others: 0,
      next: null,
    });
    expect((await source.listFiles('Parent', null, signal)).members).toEqual([]);
    expect(await source.estimateFiles([STREETS.title, 'Parent', 'Nowhere'], signal)).toBe(1_210);
    expect(await source.estimateFiles([], signal)).toBe(0);
  });

  it('finds what is there, and where it leads to', async () => {
    const { links } = databases;
    await links.run(
      "INSERT INTO page (page_id, page_namespace, page_title, page_is_redirect) VALUES (91, 14, 'Hard', 1), (92, 14, 'Soft', 0), (93, 14, 'Unclear', 0), (94, 14, 'To_a_gallery', 1)",
    );
    await links.run("INSERT INTO redirect VALUES (91, 14, 'New_place'), (94, 0, 'Gallery')");
    await links.run(
      "INSERT INTO linktarget VALUES (903, 10, 'Category_redirect'), (904, 14, 'New_place'), (905, 14, 'Other'), (906, 14, 'Soft')",
    );
    await links.run('INSERT INTO templatelinks (tl_from, tl_target_id) VALUES (92, 903), (93, 903)');
    await links.run(
      'INSERT INTO pagelinks (pl_from, pl_target_id) VALUES (92, 904), (92, 906), (93, 904), (93, 905)',
    );
    const find = async (title: string): Promise<unknown> => source.find(title, signal);
    expect(await find(STREETS.title)).toEqual({ files: 1_210, redirect: null });
    expect(await find('Odd')).toEqual({ files: 0, redirect: null });
    expect(await find('New place')).toBeNull();
    expect(await find('Never heard of')).toBeNull();
    expect(await find('Hard')).toMatchObject({ redirect: { template: null, targets: ['New place'] } });
    expect(await find('To a gallery')).toMatchObject({ redirect: { template: null, targets: [] } });
    expect(await find('Soft')).toMatchObject({
      redirect: { template: 'Category redirect', targets: ['New place'] },
    });
    expect(await find('Unclear')).toMatchObject({ redirect: { targets: ['New place', 'Other'] } });
    expect(await replica.openCategories([]).find('Soft', signal)).toMatchObject({ redirect: null });
  });

  it('refuses a position that is none', async () => {
    await expect(source.listFiles(STREETS.title, "0' OR 1", signal)).rejects.toThrow(TypeError);
  });

  it('stops between two statements', async () => {
    const stop = AbortSignal.abort(new Error('stopped'));
    await expect(source.listFiles(STREETS.title, null, stop)).rejects.toThrow('stopped');
  });
});

describe('categories of a replica with older tables', () => {
  let databases: TestReplica;
  let replica: CommonsReplica;

  beforeAll(async () => {
    databases = await openTestReplica();
    const { core, links } = databases;
    replica = new CommonsReplica({ coreUrl: core.url, linksUrl: links.url, ssh: new SshRoute('') });
    for (const table of OLDER_FILE_TABLES) await core.run(table);
    await links.run('DROP TABLE categorylinks');
    await links.run(OLDER_CATEGORY_LINKS);
    await links.run(
      "INSERT INTO page (page_id, page_namespace, page_title) VALUES (1, 6, 'A.jpg'), (2, 6, 'B.jpg')",
    );
    await links.run(
      "INSERT INTO categorylinks VALUES (1, 'Old_town', 'A', 'file'), (2, 'Old_town', 'B', 'file')",
    );
    await core.run("INSERT INTO actor VALUES (1, 1, 'First'), (2, 2, 'Last')");
    await core.run(
      "INSERT INTO image VALUES ('A.jpg', 10, 20, 30, 'image', 'jpeg', 2, '20260102030405', '1'), ('B.jpg', 10, 20, 30, 'image', 'png', 1, '20260102030405', '2')",
    );
    await core.run(
      "INSERT INTO oldimage VALUES ('A.jpg', 'x', 2, 20250102030405), ('A.jpg', 'y', 1, 20240102030405)",
    );
  });

  afterAll(async () => {
    await replica.close();
    await databases.drop();
  });

  it('are read alike, and anew once the wiki has changed them', async () => {
    const { core } = databases;
    const source = replica.openCategories(TEMPLATES);
    expect(await source.find('Old town', signal)).toEqual({ files: 0, redirect: null });
    const { members } = await source.listFiles('Old town', null, signal);
    expect(members).toEqual([
      expect.objectContaining({
        name: 'A.jpg',
        mime: 'image/jpeg',
        firstUploader: 'First',
        firstUploadedAt: new Date('2024-01-02T03:04:05Z'),
        latestUploader: 'Last',
      }),
      expect.objectContaining({
        name: 'B.jpg',
        mime: 'image/png',
        firstUploader: 'First',
        latestUploader: 'First',
      }),
    ]);
    await core.run("INSERT INTO filetypes VALUES (3, 'BITMAP', 'image', 'webp')");
    await core.run("INSERT INTO file VALUES (1, 'A.jpg', 1, 3, 0)");
    await core.run(
      "INSERT INTO filerevision (fr_id, fr_file, fr_description_id, fr_actor, fr_timestamp, fr_sha1, fr_deleted) VALUES (1, 1, 0, 1, '20260102030405', '1', 0)",
    );
    await core.run('DROP TABLE image, oldimage');
    await expect(source.listFiles('Old town', null, signal)).rejects.toThrow(TemporaryError);
    const after = await source.listFiles('Old town', null, signal);
    expect(after.members.map(({ name, mime }) => `${name} ${mime}`)).toEqual(['A.jpg image/webp']);
  });
});
