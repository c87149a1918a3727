import { randomBytes } from 'node:crypto';

import type { PhotoCdn } from '../cdn/photo-cdn.js';
import type { Incoming } from '../server/receive.js';
import { numberSetting, type Settings } from '../server/settings.js';
import type { Reply } from '../server/reply.js';
import { StandIn } from '../server/stand-in.js';
import { findSampleImage, findSequence, listIds, type SampleImage, sampleImage } from './sample-images.js';

const MAX_IDS = 50;
const MAX_LIMIT = 2000;

interface GraphError {
  status: number;
  message: string;
  code: number;
  more?: Record<string, unknown>;
}

const json = (body: unknown, status = 200): Reply => ({
  status,
  headers: { 'content-type': 'application/json; charset=UTF-8' },
  body: JSON.stringify(body),
});
const failure = ({ status, message, code, more = {} }: GraphError): Reply => ({
  ...json(
    {
      error: {
        message,
        type: 'MLYApiException',
        code,
        ...more,
        fbtrace_id: randomBytes(12).toString('base64url'),
      },
    },
    status,
  ),
  errorCode: String(code),
});

const BAD_TOKEN: GraphError = {
  status: 401,
  message: 'Invalid OAuth 2.0 Access Token',
  code: 190,
  more: { error_data: {} },
};
const TOO_MUCH: GraphError = {
  status: 500,
  message: "Please reduce the amount of data you're asking for, then retry your request",
  code: 1,
};
const RATE_LIMIT: GraphError = {
  status: 403,
  message: 'Application request limit reached',
  code: 4,
  more: { is_transient: true },
};
const missing = (id: string): GraphError => ({
  status: 400,
  message: `Unsupported get request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`,
  code: 100,
  more: { error_subcode: 33 },
});

/** Mapillary's Graph API v4 over the sample sequences: https://www.mapillary.com/developer/api-documentation */
export class MapillaryGraph extends StandIn {
  /** Requests for more ids are answered with "Please reduce the amount of data". */
  mostIdsAtOnce = MAX_IDS;
  /** Images that were deleted: sequences still list them. */
  readonly gone = new Set<string>();

  constructor(
    private readonly cdn: PhotoCdn,
    readonly token = 'MLY|4223665974375089|d62822dd792b6a823d0794ef26450398',
  ) {
    super();
  }

  /** Makes the next requests fail as if the application had asked too often. */
  limitRate(times = 1): void {
    this.faults.add({ times, error: { code: '4', info: RATE_LIMIT.message } });
  }

  /** Makes the next requests for several images fail as if they were too many. */
  refuseData(times = 1): void {
    this.faults.add({ times, match: { action: 'ids' }, error: { code: '1', info: TOO_MUCH.message } });
  }

  protected override describe({ path, params }: Incoming): { action: string } {
    if (path === '/') return { action: 'ids' };
    if (path === '/images' || path === '/image_ids') return { action: path.slice(1) };
    return { action: params['ids'] === undefined ? 'image' : 'ids' };
  }

  protected override errorReply(
    _incoming: Incoming,
    { code, info, data }: { code: string; info: string; data?: Record<string, unknown> },
  ): Reply {
    const known = [BAD_TOKEN, TOO_MUCH, RATE_LIMIT].find((error) => String(error.code) === code);
    return failure({
      status: known?.status ?? 500,
      message: info,
      code: Number(code) || 1,
      more: { ...known?.more, ...data },
    });
  }

  protected override handle({ path, params, headers }: Incoming): Reply {
    const given = /^(?:OAuth|Bearer) (.+)$/.exec(headers.authorization ?? '')?.[1] ?? params['access_token'];
    if (given !== this.token) return failure(BAD_TOKEN);
    const fields = (params['fields'] ?? 'id').split(',');
    if (path === '/image_ids') return this.imageIds(params['sequence_id']);
    if (path === '/images') return this.images(params, fields);
    if (path === '/') return this.several((params['ids'] ?? '').split(',').filter(Boolean), fields);
    return this.one(path.slice(1), fields);
  }

  private find(id: string): SampleImage | null {
    return this.gone.has(id) ? null : findSampleImage(id);
  }

  private one(id: string, fields: readonly string[]): Reply {
    const image = this.find(id);
    return image === null ? failure(missing(id)) : json(this.select(image, fields));
  }

  private several(ids: readonly string[], fields: readonly string[]): Reply {
    if (ids.length === 0)
      return failure({ status: 400, message: 'The parameter ids is required.', code: 100 });
    if (ids.length > MAX_IDS)
      return failure({
        status: 400,
        message: `Too many IDs. Maximum: ${MAX_IDS}. Provided: ${ids.length}.`,
        code: 100,
      });
    if (ids.length > this.mostIdsAtOnce) return failure(TOO_MUCH);
    const found = ids.map((id) => this.find(id)).filter((image) => image !== null);
    return json(Object.fromEntries(found.map((image) => [image.id, this.select(image, fields)])));
  }

  private imageIds(sequence: string | undefined): Reply {
    if (sequence === undefined)
      return failure({ status: 400, message: '(#100) The parameter sequence_id is required', code: 100 });
    const known = findSequence(sequence);
    return json({ data: known === null ? [] : listIds(known).map((id) => ({ id })) });
  }

  /** Searches silently give a sample only; whole sequences come up to the limit. */
  private images(params: Record<string, string>, fields: readonly string[]): Reply {
    const limit = Math.min(Number(params['limit'] ?? MAX_LIMIT), MAX_LIMIT);
    const sequences = (params['sequence_ids'] ?? '').split(',').map(findSequence);
    const found = sequences.flatMap((known) =>
      known === null
        ? []
        : Array.from({ length: Math.min(known.count, limit) }, (_, index) => sampleImage(known, index)),
    );
    const shown =
      params['bbox'] === undefined ? found.slice(0, limit) : found.filter((_, index) => index % 6 === 0);
    return json({
      data: shown.filter(({ id }) => !this.gone.has(id)).map((image) => this.select(image, fields)),
    });
  }

  /** Only the fields that were asked for, and the id in any case. */
  private select(image: SampleImage, fields: readonly string[]): Record<string, unknown> {
    const all = this.describeImage(image);
    return Object.fromEntries(
      ['id', ...fields].flatMap((field) => (field in all ? [[field, all[field]]] : [])),
    );
  }

  private describeImage(image: SampleImage): Record<string, unknown> {
    const point = (offset: number): unknown => ({
      type: 'Point',
      coordinates: [image.longitude + offset, image.latitude + offset],
    });
    return {
      id: image.id,
      altitude: 34.617 + image.index,
      atomic_scale: 0.97891115347587,
      camera_parameters: image.isPano ? [] : [0.85136388143343, -6.6499673206348e-5, -3.8067681992196e-5],
      camera_type: image.isPano ? 'spherical' : 'perspective',
      captured_at: image.capturedAt.getTime(),
      compass_angle: image.compassAngle,
      ...(image.index % 5 === 4
        ? {}
        : {
            computed_geometry: point(1.3e-6),
            computed_compass_angle: image.compassAngle,
            computed_altitude: 2.1,
          }),
      creator: { username: image.sequence.username, id: image.sequence.userId },
      exif_orientation: 1,
      geometry: point(0),
      height: image.height,
      width: image.width,
      is_pano: image.isPano,
      make: image.make,
      model: image.model,
      merge_cc: 4.546427159383e18,
      quality_score: 0.75,
      sequence: image.sequence.id,
      thumb_256_url: this.cdn.photoUrl(image.id, '256'),
      thumb_1024_url: this.cdn.photoUrl(image.id, '1024'),
      thumb_2048_url: this.cdn.photoUrl(image.id, '2048'),
      thumb_original_url: this.cdn.photoUrl(image.id, 'original'),
    };
  }

  /** Settings: `mostIdsAtOnce`, `gone` (ids), `limitRate` and `refuseData` (how many requests). */
  protected override control(settings: Settings): Record<string, unknown> {
    this.mostIdsAtOnce = numberSetting(settings, 'mostIdsAtOnce') ?? this.mostIdsAtOnce;
    if (Array.isArray(settings['gone'])) for (const id of settings['gone']) this.gone.add(String(id));
    const limited = numberSetting(settings, 'limitRate');
    if (limited !== undefined) this.limitRate(limited);
    const refused = numberSetting(settings, 'refuseData');
    if (refused !== undefined) this.refuseData(refused);
    return { mostIdsAtOnce: this.mostIdsAtOnce, gone: [...this.gone] };
  }
}
