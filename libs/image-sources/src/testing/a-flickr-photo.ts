import type { FlickrPhoto } from '../flickr/flickr-photo.js';

export const aFlickrPhoto = (members: Partial<FlickrPhoto> = {}): FlickrPhoto => ({
  id: '54100000017',
  isVideo: false,
  title: 'The quay at noon',
  description: '',
  tags: ['harbour'],
  license: '4',
  isSafe: true,
  owner: {
    nsid: '71000001@N03',
    username: 'Harbour Walks',
    realname: 'Ada Lindqvist',
    alias: 'harbour_walks',
  },
  postedAt: Date.UTC(2025, 6, 13, 23, 30) / 1_000,
  taken: { date: '2025-07-12', time: '23:45:10', precision: 'day' },
  location: { latitude: 59.329323, longitude: 18.068581, accuracy: 16 },
  sizes: [
    {
      url: 'https://live.example.org/65535/54100000017_a1b2c3d4e5_m.jpg',
      width: 240,
      height: 180,
      isOriginal: false,
    },
    {
      url: 'https://live.example.org/65535/54100000017_a1b2c3d4e5_b.jpg',
      width: 1024,
      height: 768,
      isOriginal: false,
    },
    {
      url: 'https://live.example.org/65535/54100000017_f6a7b8c9d0_o.jpg',
      width: 4032,
      height: 3024,
      isOriginal: true,
    },
  ],
  ...members,
});
