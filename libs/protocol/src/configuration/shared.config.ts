import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsOptional,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { olderKey, olderRedis, toolsDatabase } from './older-names.js';
import { readAddress, readFlag, readList, readNumber, readText, readUsernames } from './read-values.js';
import { commonsReplica, linksReplica, REPLICA_VARIABLES, TOOLFORGE_BASTION } from './replica-addresses.js';
import { keysIn, passwordsIn, wholeSecret } from './secret-parts.js';
import { IsDatabaseAddress, IsHttpAddress, IsKeyRing, IsRedisAddress } from './validators.js';
import { TracingConfig } from './tracing.config.js';
import { Variable } from './variable.js';

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevelName = (typeof LOG_LEVELS)[number];

export const LOG_FORMATS = ['json', 'pretty'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** What the API and the worker both need. */
export abstract class SharedConfig extends TracingConfig {
  @Variable('DATABASE_URL', {
    about:
      'MariaDB >= 10.6 or MySQL >= 8, by host or by socket (…/name?socketPath=/path). Migrations run at start.',
    example: 'mysql://curator:password@127.0.0.1:3306/curator',
    derive: toolsDatabase,
    derivedFrom: ['TOOL_TOOLSDB_USER', 'TOOL_TOOLSDB_PASSWORD'],
    secretsIn: passwordsIn,
    read: readText,
  })
  @IsDatabaseAddress()
  readonly databaseUrl!: string;

  @Variable('PUBLIC_URL', {
    about:
      "The address people use. The callback of sign-in, the cookie's Secure, the origins that may open the WebSocket and links in notifications follow from it.",
    fallback: 'http://localhost:8000',
    read: readAddress,
  })
  @IsHttpAddress()
  readonly publicUrl!: string;

  @Variable('REDIS_URL', {
    about:
      'Redis: redis://, rediss:// or redis+unix:///path; the nodes of a cluster with commas between them.',
    example: 'redis://127.0.0.1:6379',
    derive: olderRedis,
    derivedFrom: ['REDIS_HOST', 'REDIS_PORT', 'REDIS_PASSWORD'],
    secretsIn: passwordsIn,
    read: readText,
  })
  @IsRedisAddress()
  readonly redisUrl!: string;

  @Variable('COMMONS_API_URL', {
    about: 'The api.php of the wiki that files are uploaded to.',
    fallback: 'https://commons.wikimedia.org/w/api.php',
    read: readText,
  })
  @IsHttpAddress()
  readonly commonsApiUrl!: string;

  @Variable('COMMONS_INDEX_URL', {
    about:
      'The index.php of the same wiki: sign-in goes there (not to its short addresses: OAuth signs them).',
    fallback: 'https://commons.wikimedia.org/w/index.php',
    read: readText,
  })
  @IsHttpAddress()
  readonly commonsIndexUrl!: string;

  @Variable('WIKIDATA_API_URL', {
    about: 'The api.php of the wiki whose items are linked with new categories and with creators of photos.',
    fallback: 'https://www.wikidata.org/w/api.php',
    read: readText,
  })
  @IsHttpAddress()
  readonly wikidataApiUrl!: string;

  @Variable('CURATOR_OAUTH1_KEY', {
    about: 'Key of the OAuth 1.0a consumer, from Special:OAuthConsumerRegistration.',
    read: readText,
  })
  @IsNotEmpty({ message: 'must be set' })
  readonly oauthConsumerKey!: string;

  @Variable('CURATOR_OAUTH1_SECRET', {
    about: 'Secret of the OAuth 1.0a consumer.',
    secretsIn: wholeSecret,
    read: readText,
  })
  @IsNotEmpty({ message: 'must be set' })
  readonly oauthConsumerSecret!: string;

  @Variable('TOKEN_ENCRYPTION_KEYS', {
    about:
      "Keys that people's access tokens are encrypted with: id:base64(32 bytes), comma separated; the first encrypts, all decrypt. Make one with: openssl rand -base64 32",
    derive: olderKey,
    derivedFrom: ['TOKEN_ENCRYPTION_KEY'],
    secretsIn: keysIn,
    read: readText,
  })
  @IsKeyRing()
  readonly tokenEncryptionKeys!: string;

  @Variable('USER_AGENT', {
    about: 'Sent to every upstream, with a contact, as Wikimedia asks (https://w.wiki/4wJS).',
    fallback: 'Curator/0.1 (https://curator.toolforge.org; curator.maintainers@toolforge.org)',
    read: readText,
  })
  @IsNotEmpty({ message: 'must be set' })
  readonly userAgent!: string;

  @Variable('COMMONS_CONCURRENCY_PER_USER', {
    about: 'Requests to Commons at once for one user, over all processes.',
    fallback: '3',
    read: readNumber,
  })
  @IsInt()
  @Min(1)
  @Max(10)
  readonly commonsConcurrencyPerUser!: number;

  @Variable('RETRY_DELAY_SCALE', {
    about: 'Factor on every delay between attempts; below 1 only for tests.',
    fallback: '1',
    read: readNumber,
  })
  @IsNumber({ allowNaN: false, allowInfinity: false })
  @Min(0)
  @Max(10)
  readonly retryDelayScale!: number;

  @Variable('MAPILLARY_API_URL', {
    about: 'Graph API v4 of Mapillary.',
    fallback: 'https://graph.mapillary.com',
    read: readAddress,
  })
  @IsHttpAddress()
  readonly mapillaryApiUrl!: string;

  @Variable('MAPILLARY_API_TOKEN', {
    about: 'Client token of a Mapillary application. Without one, Mapillary is not offered.',
    secretsIn: wholeSecret,
    read: readText,
  })
  @IsOptional()
  readonly mapillaryApiToken!: string | null;

  @Variable('FLICKR_API_URL', {
    about: 'REST API of Flickr.',
    fallback: 'https://api.flickr.com/services/rest/',
    read: readAddress,
  })
  @IsHttpAddress()
  readonly flickrApiUrl!: string;

  @Variable('FLICKR_API_KEY', {
    about: 'Key of a Flickr application. Without one, Flickr is not offered.',
    secretsIn: wholeSecret,
    read: readText,
  })
  @IsOptional()
  readonly flickrApiKey!: string | null;

  @Variable('FLICKR_SHORT_URL', {
    about: 'Where short links of Flickr are resolved.',
    fallback: 'https://flic.kr',
    read: readAddress,
  })
  @IsHttpAddress()
  readonly flickrShortUrl!: string;

  @Variable('FLICKR_REVIEW_LICENSES', {
    about:
      "Take photos from Flickr that are free only after a person's review: no known copyright restrictions, works of the United States government, public domain mark.",
    fallback: 'false',
    read: readFlag,
  })
  @IsBoolean()
  readonly flickrReviewLicenses!: boolean;

  @Variable('MANIFEST_ENABLED', {
    about:
      'Offer uploads from manifests: tables of addresses that people hand in. Their files come from DOWNLOAD_ALLOWED_HOSTS only.',
    fallback: 'false',
    read: readFlag,
  })
  @IsBoolean()
  readonly manifestEnabled!: boolean;

  @Variable('GEOCODING_API_URL', {
    about: 'Reverse geocoding in the manner of Nominatim.',
    fallback: 'https://geocoding.daxserver.com/reverse',
    read: readText,
  })
  @IsHttpAddress()
  readonly geocodingApiUrl!: string;

  @Variable('GEOCODING_CONCURRENCY_LIMIT', {
    about: 'Geocoding requests at once in one process.',
    fallback: '10',
    read: readNumber,
  })
  @IsInt()
  @Min(1)
  readonly geocodingConcurrencyLimit!: number;

  @Variable('GEOCODING_TTL_HOURS', {
    about: 'Hours for which the name of a place is kept.',
    fallback: '720',
    read: readNumber,
  })
  @IsInt()
  @Min(1)
  @Max(87_600)
  readonly geocodingTtlHours!: number;

  @Variable('COLLECTION_TTL_SECONDS', {
    about:
      'Seconds for which it is kept what a source told of an image while somebody chooses from a collection.',
    fallback: '3600',
    read: readNumber,
  })
  @IsInt()
  @Min(1)
  @Max(86_400)
  readonly collectionTtlSeconds!: number;

  @Variable('WCQS_URL', {
    about: 'SPARQL address of the Commons query service.',
    fallback: 'https://commons-query.wikimedia.org/sparql',
    read: readText,
  })
  @IsHttpAddress()
  readonly wcqsUrl!: string;

  @Variable('WCQS_OAUTH_TOKEN', {
    about:
      'Value of the wcqsOauth cookie of a signed-in account. Without one it cannot be told which images Commons already has.',
    secretsIn: wholeSecret,
    read: readText,
  })
  @IsOptional()
  readonly wcqsOauthToken!: string | null;

  @Variable('COMMONS_REPLICA_URL', {
    about:
      "Read-only replica of the wiki's core tables. Unset: what needs it answers 503. One without a user is reached through TOOLFORGE_SSH_HOST.",
    example: 'mysql://user:password@commonswiki.analytics.db.svc.wikimedia.cloud/commonswiki_p',
    derive: commonsReplica,
    derivedFrom: ['COMMONS_DB_URL', ...REPLICA_VARIABLES],
    secretsIn: passwordsIn,
    read: readText,
  })
  @IsOptional()
  @IsDatabaseAddress()
  readonly commonsReplicaUrl!: string | null;

  @Variable('COMMONS_LINKS_REPLICA_URL', {
    about: "Read-only replica of the wiki's links tables, which may be on a server of their own.",
    example: 'mysql://user:password@links.commonswiki.analytics.db.svc.wikimedia.cloud/commonswiki_p',
    derive: linksReplica,
    derivedFrom: ['COMMONS_REPLICA_URL', 'COMMONS_DB_URL', ...REPLICA_VARIABLES],
    secretsIn: passwordsIn,
    read: readText,
  })
  @IsOptional()
  @IsDatabaseAddress()
  readonly commonsLinksReplicaUrl!: string | null;

  @Variable('TOOLFORGE_SSH_HOST', {
    about: `Where ssh, with a key and no question, gets at a replica whose address names no user (host, user@host or ssh://user@host:port); it finds the credentials in replica.my.cnf there. Setting this is enough where nothing else tells of a replica. Unset: ${TOOLFORGE_BASTION}.`,
    example: TOOLFORGE_BASTION,
    derive: () => ({ text: TOOLFORGE_BASTION }),
    read: readText,
  })
  @Matches(/^[^\s-]\S*$/, { message: 'must be a host, user@host or ssh://user@host:port' })
  readonly toolforgeSshHost!: string;

  @Variable('WANTED_CATEGORIES_EXCLUDE', {
    about:
      'Maintenance categories that are not wanted: whatever has one of these in its title, comma separated, in upper or lower case.',
    fallback: '',
    example: 'Maps showing,Uploaded with',
    read: readList,
  })
  @IsArray()
  readonly wantedCategoriesExclude!: readonly string[];

  @Variable('WANTED_CATEGORIES_TTL_SECONDS', {
    about: 'Seconds after which the list of wanted categories is made anew.',
    fallback: '21600',
    read: readNumber,
  })
  @IsInt()
  @Min(60)
  readonly wantedCategoriesTtlSeconds!: number;

  @Variable('ADMIN_USERNAMES', {
    about: 'Administrators of this tool, comma separated.',
    fallback: '',
    read: readUsernames,
  })
  @IsArray()
  readonly adminUsernames!: readonly string[];

  @Variable('SHUTDOWN_GRACE_SECONDS', {
    about:
      'Seconds after SIGTERM within which requests and uploads under way may end. What is left is cut off, and uploads go to other workers. The process manager has to wait some seconds longer.',
    fallback: '20',
    read: readNumber,
  })
  @IsInt()
  @Min(0)
  @Max(3600)
  readonly shutdownGraceSeconds!: number;

  @Variable('LOG_LEVEL', { about: `One of ${LOG_LEVELS.join(', ')}.`, fallback: 'info', read: readText })
  @IsIn(LOG_LEVELS)
  readonly logLevel!: LogLevelName;

  @Variable('LOG_FORMAT', {
    about: 'json (one object a line) or pretty (for a terminal).',
    fallback: 'json',
    read: readText,
  })
  @IsIn(LOG_FORMATS)
  readonly logFormat!: LogFormat;
}
