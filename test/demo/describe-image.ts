import type { MediaImage } from '#app/protocol';

/** What a person would type for an image in a client, as the fields of an upload item. */
export interface Description {
  title: string;
  wikitext: string;
  labels: { language: string; value: string };
}

const CAPTION_LENGTH = 250;

/** A file name of its own, a file page and an English caption for one image. */
export function describeImage(image: MediaImage, sequenceId: string): Description {
  const day = image.dates.taken.slice(0, 10);
  const { city, country, latitude, longitude, compass_angle: heading } = image.location;
  const place = [city, country].filter(Boolean).join(', ');
  const where = place === '' ? `at ${latitude.toFixed(4)}, ${longitude.toFixed(4)}` : `in ${place}`;
  return {
    title: `Street view ${where.replace(/^(in|at) /, '')} ${day} (Mapillary ${image.id}).jpg`,
    labels: { language: 'en', value: `Street view ${where}, ${day}`.slice(0, CAPTION_LENGTH) },
    wikitext: [
      '== {{int:filedesc}} ==',
      '{{Information',
      `|description = {{en|1=Street view ${where}}}`,
      `|date = ${image.dates.taken.slice(0, 19).replace('T', ' ')}`,
      `|source = [${image.urls.url} Mapillary, image ${image.id}, sequence ${sequenceId}]`,
      `|author = [${image.creator.profile_url} ${image.creator.username}]`,
      '}}',
      `{{Location|${latitude}|${longitude}${heading === undefined ? '' : `|heading:${heading.toFixed(0)}`}}}`,
      '',
      '== {{int:license-header}} ==',
      '{{cc-by-sa-4.0}}',
      '',
      '[[Category:Images from Mapillary]]',
    ].join('\n'),
  };
}
