import { PhotoPress } from '../cdn/photo-press.js';
import type { Incoming } from '../server/receive.js';
import type { Reply } from '../server/reply.js';
import { numberSetting, type Settings } from '../server/settings.js';
import { StandIn } from '../server/stand-in.js';
import { FLICKR_LICENSES } from './licenses.js';
import { listedPhoto, photoInfo, photoSizes } from './photo-answers.js';
import {
  findSamplePhoto,
  listPhotos,
  photoId,
  ROLLS,
  SAMPLE_GALLERY,
  SAMPLE_GROUPS,
  SAMPLE_ROLLS,
  SHORT_LINKS,
  type SamplePhoto,
  type SampleRoll,
} from './sample-photos.js';

const MAX_PER_PAGE = 500;
/** A search goes no further, whatever page is asked for. */
const SEARCH_CAP = 4_000;
const PICTURE_WIDTH = 640;
const PICTURE_HEIGHT = 480;

type Params = Readonly<Record<string, string>>;

/** Thrown where the API answers `stat: "fail"`. */
class ApiFailure extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

const NOT_AVAILABLE = 'Sorry, the Flickr API service is not currently available.';

const json = (body: unknown): Reply => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const failure = (code: number, message: string): Reply => ({
  ...json({ stat: 'fail', code, message }),
  errorCode: String(code),
});

let press: PhotoPress | undefined;

/** Flickr: the REST API, short links and the files, over the sample photos. https://www.flickr.com/services/api/ */
export class FlickrService extends StandIn {
  /** Photos that were deleted or made private. */
  readonly gone = new Set<string>();
  /** Photos whose licence was changed, by id. */
  readonly licenses = new Map<string, string>();
  /** What else was changed of photos, by id. */
  readonly changes = new Map<string, Partial<Omit<SamplePhoto, 'id' | 'license'>>>();
  /** What flickr.photos.licenses.getInfo lists. */
  listedLicenses: readonly { id: number; name: string; url: string }[] = FLICKR_LICENSES;

  constructor(readonly key = 'd62822dd792b6a823d0794ef26450398') {
    super();
  }

  get apiUrl(): string {
    return `${this.url}/services/rest/`;
  }

  /** Makes the next calls fail as they sometimes do for no reason. */
  failNext(times = 1): void {
    this.faults.add({ times, error: { code: '201', info: NOT_AVAILABLE } });
  }

  /** The bytes of a photo's file, in every size the same. */
  picture(id: string): Buffer {
    const photo = findSamplePhoto(id);
    if (photo === null) throw new Error(`There is no sample photo ${id}`);
    press ??= new PhotoPress(PICTURE_WIDTH);
    const [longitude, latitude] = photo.roll.from;
    const exif = { make: 'Pentax', model: 'K-70', takenAt: photo.takenAt, latitude, longitude };
    return press.print(id, PICTURE_HEIGHT, exif);
  }

  /** `action` is the method without `flickr.`. */
  protected override describe({ path, params }: Incoming): { action: string } {
    if (path.startsWith('/services/rest'))
      return { action: (params['method'] ?? '').replace(/^flickr\./, '') };
    return { action: path in SHORT_LINKS ? 'link' : 'file' };
  }

  protected override errorReply(_incoming: Incoming, { code, info }: { code: string; info: string }): Reply {
    return failure(Number(code), info);
  }

  protected override handle({ path, params }: Incoming): Reply {
    if (path === '/services/rest/' || path === '/services/rest') return this.rest(params);
    const target = SHORT_LINKS[path];
    if (target !== undefined) return { status: 302, headers: { location: target } };
    return this.file(path);
  }

  protected override control(settings: Settings): Record<string, unknown> {
    if (Array.isArray(settings['gone'])) for (const id of settings['gone']) this.gone.add(String(id));
    const failing = numberSetting(settings, 'failNext');
    if (failing !== undefined) this.failNext(failing);
    if (typeof settings['licenses'] === 'object' && settings['licenses'] !== null) {
      for (const [id, license] of Object.entries(settings['licenses']))
        this.licenses.set(id, String(license));
    }
    return { gone: [...this.gone], licenses: Object.fromEntries(this.licenses) };
  }

  private rest(params: Params): Reply {
    if (params['format'] !== 'json' || params['nojsoncallback'] !== '1') {
      return {
        headers: { 'content-type': 'text/xml; charset=utf-8' },
        body: '<?xml version="1.0" encoding="utf-8" ?>\n<rsp stat="ok">\n</rsp>\n',
      };
    }
    if (params['api_key'] !== this.key) return failure(100, 'Invalid API Key (Key has invalid format)');
    try {
      return json({ ...this.respond(params['method'] ?? '', params), stat: 'ok' });
    } catch (error) {
      if (error instanceof ApiFailure) return failure(error.code, error.message);
      throw error;
    }
  }

  private respond(method: string, params: Params): Record<string, unknown> {
    switch (method) {
      case 'flickr.photos.licenses.getInfo':
        return { licenses: { license: this.listedLicenses } };
      case 'flickr.photos.getInfo':
        return { photo: photoInfo(this.get(params['photo_id'])) };
      case 'flickr.photos.getSizes':
        return { sizes: photoSizes(this.get(params['photo_id']), this.url) };
      case 'flickr.urls.lookupUser':
        return { user: lookUpUser(params['url'] ?? '') };
      case 'flickr.urls.lookupGroup':
        return { group: lookUpGroup(params['url'] ?? '') };
      case 'flickr.photosets.getPhotos':
        return { photoset: this.album(params) };
      case 'flickr.people.getPublicPhotos':
        return { photos: this.page(this.stream(params['user_id']), params) };
      case 'flickr.galleries.getPhotos':
        return { photos: this.page(this.gallery(params['gallery_id']), params) };
      case 'flickr.groups.pools.getPhotos':
        return { photos: this.page(this.pool(params['group_id']), params) };
      case 'flickr.photos.search':
        return { photos: this.search(params) };
      default:
        throw new ApiFailure(112, `Method "${method}" not found`);
    }
  }

  private get(id = ''): SamplePhoto {
    const photo = findSamplePhoto(id);
    if (photo === null || this.gone.has(id)) throw new ApiFailure(1, `Photo "${id}" not found (invalid ID)`);
    return this.asItIsNow(photo);
  }

  private asItIsNow(photo: SamplePhoto): SamplePhoto {
    const { id } = photo;
    return { ...photo, ...this.changes.get(id), license: this.licenses.get(id) ?? photo.license };
  }

  private photosOf(roll: SampleRoll): SamplePhoto[] {
    return listPhotos(roll)
      .filter(({ id }) => !this.gone.has(id))
      .map((photo) => this.asItIsNow(photo));
  }

  private album(params: Params): Record<string, unknown> {
    const { photoset_id: id, user_id: nsid } = params;
    if (nsid === undefined || !ROLLS.some(({ owner }) => owner.nsid === nsid))
      throw new ApiFailure(2, 'User not found');
    const roll = ROLLS.find(({ album, owner }) => album === id && owner.nsid === nsid);
    if (roll === undefined) throw new ApiFailure(1, 'Photoset not found');
    const page = this.page(this.photosOf(roll), params, false);
    return {
      id,
      primary: photoId(roll, 0),
      owner: nsid,
      ownername: roll.owner.username,
      title: 'An album',
      ...page,
    };
  }

  /** Newest uploads first, and only what is safe for everyone. */
  private stream(nsid: string | undefined): SamplePhoto[] {
    const rolls = ROLLS.filter(({ owner }) => owner.nsid === nsid);
    if (rolls.length === 0) throw new ApiFailure(1, 'User not found');
    return rolls
      .flatMap((roll) => this.photosOf(roll))
      .filter(({ safetyLevel }) => safetyLevel === 0)
      .sort((a, b) => b.uploadedAt - a.uploadedAt || b.index - a.index);
  }

  private gallery(id: string | undefined): SamplePhoto[] {
    if (id !== SAMPLE_GALLERY.id) throw new ApiFailure(1, 'Gallery not found');
    return this.photosOf(SAMPLE_ROLLS.harbour).slice(0, SAMPLE_GALLERY.count);
  }

  private pool(nsid: string | undefined): SamplePhoto[] {
    if (!SAMPLE_GROUPS.some((group) => group.nsid === nsid)) throw new ApiFailure(1, 'Group not found');
    return ROLLS.filter(({ group }) => group === nsid).flatMap((roll) => this.photosOf(roll));
  }

  /** At most the first 4,000 photos: what is beyond is answered with the last page there is. */
  private search(params: Params): Record<string, unknown> {
    const { tags, group_id: group, min_upload_date: since, sort = 'date-posted-desc' } = params;
    if (tags === undefined && group === undefined)
      throw new ApiFailure(
        3,
        'Parameterless searches have been disabled. Please use flickr.photos.getRecent.',
      );
    const found = ROLLS.filter((roll) => tags === undefined || tags.split(',').includes(roll.tag))
      .filter((roll) => group === undefined || roll.group === group)
      .flatMap((roll) => this.photosOf(roll))
      .filter(({ safetyLevel, uploadedAt }) => safetyLevel === 0 && uploadedAt >= Number(since ?? 0))
      .sort((a, b) => (a.uploadedAt - b.uploadedAt || a.index - b.index) * (sort.endsWith('-asc') ? 1 : -1));
    const perPage = perPageOf(params);
    const page = Math.min(Number(params['page'] ?? 1), Math.ceil(SEARCH_CAP / perPage));
    return { ...this.page(found, { ...params, page: String(page) }), total: String(found.length) };
  }

  private page(all: readonly SamplePhoto[], params: Params, namesOwner = true): Record<string, unknown> {
    const perpage = perPageOf(params);
    const page = Math.max(1, Number(params['page'] ?? 1));
    const extras = (params['extras'] ?? '').split(',');
    return {
      page,
      pages: Math.ceil(all.length / perpage),
      perpage,
      total: all.length,
      photo: all
        .slice((page - 1) * perpage, page * perpage)
        .map((photo) => listedPhoto(photo, { extras, files: this.url, namesOwner })),
    };
  }

  private file(path: string): Reply {
    const [, id = '', secret] = /^\/65535\/(\d+)_([0-9a-f]+)(?:_[a-z0-9]+)?\.jpg$/.exec(path) ?? [];
    const photo = findSamplePhoto(id);
    if (photo === null || photo.secret !== secret || this.gone.has(id))
      return { status: 404, body: 'Not found' };
    const picture = this.picture(id);
    return {
      headers: { 'content-type': 'image/jpeg', 'content-length': String(picture.length) },
      body: picture,
    };
  }
}

const perPageOf = (params: Params): number =>
  Math.min(MAX_PER_PAGE, Math.max(1, Number(params['per_page'] ?? 100)));

const nameIn = (url: string, section: string): string =>
  new RegExp(`/${section}/([^/]+)/?$`).exec(url)?.[1] ?? '';

function lookUpUser(url: string): Record<string, unknown> {
  const name = nameIn(url, 'photos') || nameIn(url, 'people');
  const owner = ROLLS.map((roll) => roll.owner).find(({ nsid, alias }) => name === nsid || name === alias);
  if (owner === undefined || name === '') throw new ApiFailure(1, 'User not found');
  return { id: owner.nsid, username: { _content: owner.username } };
}

function lookUpGroup(url: string): Record<string, unknown> {
  const name = nameIn(url, 'groups');
  const group = SAMPLE_GROUPS.find(({ nsid, alias }) => name === nsid || name === alias);
  if (group === undefined) throw new ApiFailure(1, 'Group not found');
  return { id: group.nsid, groupname: { _content: group.name } };
}
