import { readList, readNumber, Variable } from '#app/protocol';
import { IsInt, Max, Min, ValidateBy } from 'class-validator';
import { LiveLimitsConfig } from '../live/limits/live-limits.config.js';
import { isRateLimit, readRateLimit, type RateLimit } from '../throttle/rate-limit.js';

const IsRateLimit = (): PropertyDecorator =>
  ValidateBy({
    name: 'isRateLimit',
    validator: {
      validate: isRateLimit,
      defaultMessage: () => 'must be <calls>/<seconds>, for example 60/60, or off',
    },
  });

const SOURCE = /^https?:\/\/(?:\*\.)?[\w.-]+(?::\d+)?$/;

const IsSourceList = (): PropertyDecorator =>
  ValidateBy({
    name: 'isSourceList',
    validator: {
      validate: (value) => Array.isArray(value) && value.every((source) => SOURCE.test(String(source))),
      defaultMessage: () => 'must be a comma-separated list of origins like https://*.example.org',
    },
  });

/** What HTTP gives to whom, and how often. See docs/operations/security.md. */
export abstract class SecurityConfig extends LiveLimitsConfig {
  @Variable('FRONTEND_SOURCES', {
    about:
      'Origins besides this one from which the web client may load images, styles, fonts and data, comma separated. Its scripts come from here alone.',
    fallback:
      'https://*.mapillary.com,https://*.fbcdn.net,https://*.staticflickr.com,https://*.wikimedia.org,https://www.wikidata.org,https://tiles.openfreemap.org,https://rsms.me',
    read: readList,
  })
  @IsSourceList()
  readonly frontendSources!: readonly string[];

  @Variable('SIGN_IN_LIMIT', {
    about:
      'Steps of signing in (/auth/login, /auth/callback) that one address may make, as <calls>/<seconds>, or off. Where all people come by one address, e.g. on Toolforge, it holds for all together.',
    fallback: '240/300',
    read: readRateLimit,
  })
  @IsRateLimit()
  readonly signInLimit!: RateLimit;

  @Variable('REGISTER_LIMIT', {
    about: 'Calls of POST /auth/register that one address may make, as <calls>/<seconds>, or off.',
    fallback: '30/60',
    read: readRateLimit,
  })
  @IsRateLimit()
  readonly registerLimit!: RateLimit;

  @Variable('WRONG_KEY_TRIES', {
    about:
      'Wrong keys for POST /auth/register from one address before it has to wait: a second, then twice as long each time, up to an hour. The right key forgets them.',
    fallback: '5',
    read: readNumber,
  })
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  readonly wrongKeyTries!: number;

  @Variable('WRONG_TOKEN_LIMIT', {
    about: 'Wrong API tokens that one address may send, as <calls>/<seconds>, or off.',
    fallback: '20/300',
    read: readRateLimit,
  })
  @IsRateLimit()
  readonly wrongTokenLimit!: RateLimit;

  @Variable('COSTLY_LIMIT', {
    about:
      'Calls of one person to each kind of route that costs much (manifests, imports, comparing, exports, downloads, moves of files, runs of schedules, checks of storages), as <calls>/<seconds>, or off.',
    fallback: '60/60',
    read: readRateLimit,
  })
  @IsRateLimit()
  readonly costlyLimit!: RateLimit;
}
