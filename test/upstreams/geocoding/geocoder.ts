import type { Incoming } from '../server/receive.js';
import type { Reply } from '../server/reply.js';
import { StandIn } from '../server/stand-in.js';

interface Place {
  city: string;
  county?: string;
  state: string;
  country: string;
  country_code: string;
  longitude: number;
  latitude: number;
}

const PLACES: readonly Place[] = [
  {
    city: 'Berlin',
    state: 'Berlin',
    country: 'Deutschland',
    country_code: 'de',
    longitude: 13.38,
    latitude: 52.52,
  },
  {
    city: 'München',
    state: 'Bayern',
    country: 'Deutschland',
    country_code: 'de',
    longitude: 11.58,
    latitude: 48.14,
  },
  {
    city: 'Paris',
    county: 'Paris',
    state: 'Île-de-France',
    country: 'France',
    country_code: 'fr',
    longitude: 2.35,
    latitude: 48.86,
  },
  {
    city: 'Amsterdam',
    state: 'Noord-Holland',
    country: 'Nederland',
    country_code: 'nl',
    longitude: 4.9,
    latitude: 52.37,
  },
  {
    city: 'Wien',
    state: 'Wien',
    country: 'Österreich',
    country_code: 'at',
    longitude: 16.37,
    latitude: 48.21,
  },
  {
    city: 'Grand Junction',
    county: 'Mesa County',
    state: 'Colorado',
    country: 'United States',
    country_code: 'us',
    longitude: -108.57,
    latitude: 39.07,
  },
];
/** Degrees around a place that still belong to it; what lies outside is the sea. */
const REACH = 2;

const json = (body: unknown, status = 200): Reply => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
});

/** Nominatim's `/reverse`: https://nominatim.org/release-docs/latest/api/Reverse/ */
export class GeocodingService extends StandIn {
  get reverseUrl(): string {
    return `${this.url}/reverse`;
  }

  protected override errorReply(_incoming: Incoming, { code, info }: { code: string; info: string }): Reply {
    return json({ error: { code: Number(code), message: info } }, Number(code) || 500);
  }

  protected override handle({ path, params }: Incoming): Reply {
    if (path !== '/reverse') return json({ error: { code: 404, message: 'Not found' } }, 404);
    const latitude = Number(params['lat'] ?? Number.NaN);
    const longitude = Number(params['lon'] ?? Number.NaN);
    if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180))
      return json({ error: { code: 400, message: 'Latitude and longitude have to be numbers' } }, 400);
    const nearest = PLACES.find(
      (place) => Math.hypot(place.latitude - latitude, place.longitude - longitude) < REACH,
    );
    if (nearest === undefined) return json({ error: 'Unable to geocode' });
    const { longitude: _longitude, latitude: _latitude, ...names } = nearest;
    const postcode = String(10_000 + Math.floor(Math.abs(latitude * 1000) % 1000));
    const address = { road: 'Hauptstraße', ...names, postcode };
    return json({
      place_id: 1,
      licence: 'Data © OpenStreetMap contributors, ODbL 1.0.',
      lat: String(latitude),
      lon: String(longitude),
      display_name: Object.values(address).join(', '),
      address,
    });
  }
}
