const deed = (path: string): string => `https://creativecommons.org/${path}/`;

/** What Flickr lists, in its order. */
export const FLICKR_LICENSES: readonly { id: number; name: string; url: string }[] = [
  { id: 0, name: 'All Rights Reserved', url: 'https://www.flickrhelp.com/hc/en-us/articles/10710266545556' },
  { id: 4, name: 'CC BY 2.0', url: deed('licenses/by/2.0') },
  { id: 6, name: 'CC BY-ND 2.0', url: deed('licenses/by-nd/2.0') },
  { id: 3, name: 'CC BY-NC-ND 2.0', url: deed('licenses/by-nc-nd/2.0') },
  { id: 2, name: 'CC BY-NC 2.0', url: deed('licenses/by-nc/2.0') },
  { id: 1, name: 'CC BY-NC-SA 2.0', url: deed('licenses/by-nc-sa/2.0') },
  { id: 5, name: 'CC BY-SA 2.0', url: deed('licenses/by-sa/2.0') },
  { id: 7, name: 'No known copyright restrictions', url: 'https://www.flickr.com/commons/usage/' },
  { id: 8, name: 'United States Government Work', url: 'https://www.usa.gov/government-copyright' },
  { id: 9, name: 'Public Domain Dedication (CC0)', url: deed('publicdomain/zero/1.0') },
  { id: 10, name: 'Public Domain Mark', url: deed('publicdomain/mark/1.0') },
  { id: 11, name: 'CC BY 4.0', url: deed('licenses/by/4.0') },
  { id: 12, name: 'CC BY-SA 4.0', url: deed('licenses/by-sa/4.0') },
  { id: 13, name: 'CC BY-ND 4.0', url: deed('licenses/by-nd/4.0') },
  { id: 14, name: 'CC BY-NC 4.0', url: deed('licenses/by-nc/4.0') },
  { id: 15, name: 'CC BY-NC-SA 4.0', url: deed('licenses/by-nc-sa/4.0') },
  { id: 16, name: 'CC BY-NC-ND 4.0', url: deed('licenses/by-nc-nd/4.0') },
];
