import { describe, expect, it } from '@jest/globals';
import { fillTemplate, findTitleTemplateProblem, TEMPLATE_FIELDS } from './image-template.js';
import type { MediaImage } from './nouns.js';

const image: MediaImage = {
  id: '42',
  title: 'A street',
  dates: { taken: '2023-08-15T02:05:30.030Z' },
  creator: { id: '7', username: 'alice', profile_url: '' },
  location: { latitude: 52.5, longitude: 13.4, compass_angle: 0, city: 'Berlin' },
  existing: [],
  urls: { url: '', original: '', preview: '', thumbnail: '' },
  dimensions: { width: 4_000, height: 3_000 },
  camera: { is_pano: false, model: 'Hero' },
};

describe('fillTemplate', () => {
  it.each([
    [
      'Mapillary ({{mapillary.photo.id}}, {{mapillary.photo.sequence}}) ({{mapillary.user.username}}) {{captured.date}} {{captured.time_ms}}.jpg',
      'Mapillary (42, seq) (alice) 2023-08-15 02H05M30S030.jpg',
    ],
    ['{{ captured.raw }}', '2023-08-15T02H05M30S030Z'],
    [
      '{{captured.year}}/{{captured.month}}/{{captured.day_of_month}} {{captured.hours}}:{{captured.minutes}}:{{captured.seconds}}.{{captured.milliseconds}} {{captured.time}}',
      '2023/08/15 02:05:30.030 02H05M30S',
    ],
    ['{{image.width}}×{{image.height}} {{location.latitude}} {{location.compass_angle}}', '4000×3000 52.5 0'],
    ['{{mapillary.user.id}} {{camera.model}} {{image.title}} {{image.id}}', '7 Hero A street 42'],
    [
      '[[Category:{{location.city}}]] {{Pano360}} {{constructor}}',
      '[[Category:Berlin]] {{Pano360}} {{constructor}}',
    ],
    ['{{camera.make}}', null],
    ['{{location.postcode}} {{image.id}}', null],
    ['', ''],
  ])('%s', (template, filled) => {
    expect(fillTemplate(template, image, 'seq')).toBe(filled);
  });

  it('puts nothing into what an image says', () => {
    expect(fillTemplate('{{image.title}}', { ...image, title: '{{image.id}} $& $1' }, '')).toBe(
      '{{image.id}} $& $1',
    );
  });
});

describe('findTitleTemplateProblem', () => {
  it.each([
    ['{{mapillary.photo.id}}.jpg', null],
    [`${TEMPLATE_FIELDS.map((field) => `{{${field}}}`).join(' ')}.JPEG`, null],
    ['{{image.id}}', /extension/],
    ['A street.jpg', /id of the image/],
    ['{{image.id}} {{colour}}.jpg', /not known: \{\{colour\}\}/],
    ['{{image.id}} {{}}.jpg', /not known/],
    ['{{image.id}} {{.jpg', /braces/],
    ['{{image.id}} }}.jpg', /braces/],
    ['{{#if image.id}}{{image.id}}{{/if}}.jpg', /not known/],
  ])('%s', (template, problem) => {
    const found = findTitleTemplateProblem(template);
    if (problem === null) expect(found).toBeNull();
    else expect(found).toMatch(problem);
  });
});
