import type { SamplePhoto } from './sample-photos.js';

/** Suffixes and longest sides of the sizes that Flickr makes. @see https://www.flickr.com/services/api/misc.urls.html */
const SIZES = [
  { key: 'sq', suffix: '_s', label: 'Square', longest: 75 },
  { key: 'q', suffix: '_q', label: 'Large Square', longest: 150 },
  { key: 't', suffix: '_t', label: 'Thumbnail', longest: 100 },
  { key: 's', suffix: '_m', label: 'Small', longest: 240 },
  { key: 'n', suffix: '_n', label: 'Small 320', longest: 320 },
  { key: 'm', suffix: '', label: 'Medium', longest: 500 },
  { key: 'z', suffix: '_z', label: 'Medium 640', longest: 640 },
  { key: 'c', suffix: '_c', label: 'Medium 800', longest: 800 },
  { key: 'l', suffix: '_b', label: 'Large', longest: 1024 },
  { key: 'h', suffix: '_h', label: 'Large 1600', longest: 1600 },
  { key: 'k', suffix: '_k', label: 'Large 2048', longest: 2048 },
  { key: 'o', suffix: '_o', label: 'Original', longest: Infinity },
] as const;

interface Size {
  key: string;
  label: string;
  url: string;
  width: number;
  height: number;
}

/** @param files address of the server that has the files */
export function sizesOf({ id, secret, width, height, hasOriginal }: SamplePhoto, files: string): Size[] {
  const isSquare = (key: string): boolean => key === 'sq' || key === 'q';
  return SIZES.filter(({ key }) => key !== 'o' || hasOriginal).map(({ key, suffix, label, longest }) => {
    const scale = Math.min(1, longest / Math.max(width, height));
    return {
      key,
      label,
      url: `${files}/65535/${id}_${secret}${suffix}.jpg`,
      width: isSquare(key) ? longest : Math.round(width * scale),
      height: isSquare(key) ? longest : Math.round(height * scale),
    };
  });
}

/** The camera's clock, which has no zone. */
const takenText = ({ takenAt }: SamplePhoto): string => takenAt.toISOString().slice(0, 19).replace('T', ' ');

const EXTRA_FIELDS: Readonly<Record<string, (photo: SamplePhoto) => Record<string, unknown>>> = {
  license: ({ license }) => ({ license }),
  safety_level: ({ safetyLevel }) => ({ safety_level: String(safetyLevel) }),
  date_upload: ({ uploadedAt }) => ({ dateupload: String(uploadedAt) }),
  date_taken: (photo) => ({
    datetaken: takenText(photo),
    datetakengranularity: photo.granularity,
    datetakenunknown: photo.isTakenKnown ? 0 : '1',
  }),
  description: ({ index }) => ({
    description: { _content: `Walk <b>${index + 1}</b>: <a href="https://example.org">quay &amp; boats</a>` },
  }),
  owner_name: ({ roll }) => ({ ownername: roll.owner.username }),
  realname: ({ roll }) => (roll.owner.realname === '' ? {} : { realname: roll.owner.realname }),
  path_alias: ({ roll }) => ({ pathalias: roll.owner.alias === '' ? null : roll.owner.alias }),
  tags: ({ roll }) => ({ tags: `${roll.tag} boats` }),
  machine_tags: () => ({ machine_tags: '' }),
  original_format: ({ hasOriginal, secret }) =>
    hasOriginal ? { originalsecret: secret, originalformat: 'jpg' } : {},
  media: ({ isVideo }) => ({ media: isVideo ? 'video' : 'photo', media_status: 'ready' }),
  geo: ({ location }) =>
    location === null
      ? { latitude: 0, longitude: 0, accuracy: 0, context: 0 }
      : {
          latitude: String(location.latitude),
          longitude: String(location.longitude),
          accuracy: String(location.accuracy),
          context: 0,
          geo_is_public: 1,
          geo_is_contact: 0,
        },
};

/** One photo of a list: only what was asked for in `extras`. */
export function listedPhoto(
  photo: SamplePhoto,
  { extras, files, namesOwner }: { extras: readonly string[]; files: string; namesOwner: boolean },
): Record<string, unknown> {
  const sizes = sizesOf(photo, files);
  const asked = extras.map((extra) => {
    const size = sizes.find(({ key }) => extra === `url_${key}`);
    if (size === undefined) return EXTRA_FIELDS[extra]?.(photo) ?? {};
    return {
      [`url_${size.key}`]: size.url,
      [`width_${size.key}`]: size.width,
      [`height_${size.key}`]: String(size.height),
    };
  });
  const { id, secret, title, roll } = photo;
  const who = namesOwner ? { owner: roll.owner.nsid } : { isprimary: 0 };
  const listed = {
    id,
    ...who,
    secret,
    server: '65535',
    farm: 66,
    title,
    ispublic: 1,
    isfriend: 0,
    isfamily: 0,
  };
  return Object.assign(listed, ...asked) as Record<string, unknown>;
}

export const photoInfo = (photo: SamplePhoto): Record<string, unknown> => {
  const { id, secret, license, safetyLevel, uploadedAt, roll, title, index, location } = photo;
  const { owner } = roll;
  return {
    id,
    secret,
    server: '65535',
    farm: 66,
    dateuploaded: String(uploadedAt),
    isfavorite: 0,
    license,
    safety_level: String(safetyLevel),
    rotation: 0,
    ...(photo.hasOriginal ? { originalsecret: secret, originalformat: 'jpg' } : {}),
    owner: {
      nsid: owner.nsid,
      username: owner.username,
      realname: owner.realname,
      location: '',
      iconserver: '65535',
      iconfarm: 66,
      path_alias: owner.alias === '' ? null : owner.alias,
    },
    title: { _content: title.replaceAll('&', '&amp;') },
    description: {
      _content: `Walk <b>${index + 1}</b>: <a href="https://example.org">quay &amp; boats</a>`,
    },
    visibility: { ispublic: 1, isfriend: 0, isfamily: 0 },
    dates: {
      posted: String(uploadedAt),
      taken: takenText(photo),
      takengranularity: photo.granularity,
      takenunknown: photo.isTakenKnown ? 0 : '1',
      lastupdate: String(uploadedAt),
    },
    usage: { candownload: Number(photo.hasOriginal), canblog: 0, canprint: 0, canshare: 1 },
    tags: {
      tag: [roll.tag, 'boats'].map((tag, number) => ({
        id: `${number}-${id}`,
        author: owner.nsid,
        authorname: owner.username,
        raw: tag,
        _content: tag,
        machine_tag: false,
      })),
    },
    ...(location === null
      ? {}
      : {
          location: {
            latitude: String(location.latitude),
            longitude: String(location.longitude),
            accuracy: String(location.accuracy),
            context: '0',
          },
          geoperms: { ispublic: 1, iscontact: 0, isfriend: 0, isfamily: 0 },
        }),
    media: photo.isVideo ? 'video' : 'photo',
  };
};

export const photoSizes = (photo: SamplePhoto, files: string): Record<string, unknown> => ({
  canblog: 0,
  canprint: 0,
  candownload: Number(photo.hasOriginal),
  size: sizesOf(photo, files).map(({ label, url, width, height }, index) => ({
    label,
    width: index % 2 === 0 ? width : String(width),
    height,
    source: url,
    url: `https://www.flickr.com/photos/${photo.roll.owner.nsid}/${photo.id}/sizes/`,
    media: 'photo',
  })),
});
