import { describe, expect, it } from '@jest/globals';

import { plainText } from './plain-text.js';

describe('plainText', () => {
  it.each([
    ['Boats &amp; <b>quays</b>', 'Boats & quays'],
    ['<a href="https://example.org?a=1&amp;b=2" rel="nofollow">here</a>', 'here'],
    ['1 &lt; 2 &#039;quoted&#x27; &quot;too&quot;', '1 < 2 \'quoted\' "too"'],
    ['a < b and c > d', 'a < b and c > d'],
    ['&amp;lt;b&amp;gt;', '&lt;b&gt;'],
    ['&unknown; &#0; &#xd83d; &#x110000;', '&unknown; &#0; &#xd83d; &#x110000;'],
    [' first\r\nsecond ', 'first\nsecond'],
    ['', ''],
  ])('reads %j', (html, text) => {
    expect(plainText(html)).toBe(text);
  });
});
