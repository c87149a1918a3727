import {
  IsOriginList,
  loadConfiguration,
  readFlag,
  readList,
  readNumber,
  readText,
  UNUSED_VARIABLES,
  Variable,
  wholeSecret,
  type Environment,
  type LoadedConfiguration,
} from '#app/protocol';
import { IsBoolean, IsInt, IsNotEmpty, IsNumber, IsOptional, Max, Min, MinLength } from 'class-validator';
import { SecurityConfig } from './http/security.config.js';

/** The environment of the API process. */
export class ApiConfig extends SecurityConfig {
  @Variable('API_HOST', {
    about: 'Address that the API listens on.',
    fallback: '127.0.0.1',
    read: readText,
  })
  @IsNotEmpty({ message: 'must be set' })
  readonly host!: string;

  @Variable('API_PORT', {
    about: 'Port that the API listens on; 0 takes any free one and prints it.',
    fallback: '8000',
    read: readNumber,
  })
  @IsInt()
  @Min(0)
  @Max(65535)
  readonly port!: number;

  @Variable('ALLOWED_ORIGINS', {
    about: 'Further origins that may open the WebSocket and call the API from a browser, comma separated.',
    fallback: '',
    example: 'https://curator.example.org',
    read: readList,
  })
  @IsOriginList()
  readonly allowedOrigins!: readonly string[];

  @Variable('TRUST_PROXY', {
    about: 'Whether the API is behind one reverse proxy whose X-Forwarded-* headers are to be believed.',
    fallback: 'false',
    read: readFlag,
  })
  @IsBoolean()
  readonly trustProxy!: boolean;

  @Variable('SHUTDOWN_DRAIN_SECONDS', {
    about:
      'Seconds after SIGTERM for which the API still takes requests, while /health/ready answers 503: as long as a load balancer takes to send nothing more. SHUTDOWN_GRACE_SECONDS begin afterwards.',
    fallback: '5',
    read: readNumber,
  })
  @IsInt()
  @Min(0)
  @Max(3600)
  readonly shutdownDrainSeconds!: number;

  @Variable('METRICS_TOKEN', {
    about:
      'What Prometheus sends as its bearer token to get /metrics of the API, 32 characters or more. Unset: there are none.',
    read: readText,
    secretsIn: wholeSecret,
  })
  @IsOptional()
  @MinLength(32, { message: 'must have 32 characters or more' })
  readonly metricsToken!: string | null;

  @Variable('SESSION_IDLE_HOURS', {
    about: 'Hours without a request after which a session ends.',
    fallback: '168',
    read: readNumber,
  })
  @IsNumber()
  @Min(0.001)
  @Max(8760)
  readonly sessionIdleHours!: number;

  @Variable('SESSION_TTL_HOURS', {
    about: 'Hours after sign-in at which a session ends in any case.',
    fallback: '720',
    read: readNumber,
  })
  @IsNumber()
  @Min(0.001)
  @Max(8760)
  readonly sessionTtlHours!: number;

  @Variable('REQUIRED_RIGHT', {
    about: 'The right on the wiki without which nobody may sign in.',
    fallback: 'autoconfirmed',
    read: readText,
  })
  @IsNotEmpty({ message: 'must be set' })
  readonly requiredRight!: string;

  @Variable('MIN_EDIT_COUNT', {
    about: 'Edits on the wiki below which nobody may sign in.',
    fallback: '50',
    read: readNumber,
  })
  @IsInt()
  @Min(0)
  readonly minEditCount!: number;

  @Variable('X_USERNAME', {
    about: 'User name of the service user that POST /auth/register signs in. Unset: it answers 503.',
    read: readText,
  })
  @IsOptional()
  readonly serviceUsername!: string | null;

  @Variable('X_API_KEY', {
    about: 'The key that POST /auth/register expects in the header X-API-KEY.',
    secretsIn: wholeSecret,
    read: readText,
  })
  @IsOptional()
  readonly serviceApiKey!: string | null;

  @Variable('X_OAUTH_ACCESS_KEY', {
    about: "Key of the service user's owner-only access token.",
    secretsIn: wholeSecret,
    read: readText,
  })
  @IsOptional()
  readonly serviceAccessKey!: string | null;

  @Variable('X_OAUTH_ACCESS_SECRET', {
    about: "Secret of the service user's owner-only access token.",
    secretsIn: wholeSecret,
    read: readText,
  })
  @IsOptional()
  readonly serviceAccessSecret!: string | null;

  @Variable('FRONTEND_DIR', { about: 'A built web client to serve at /.', read: readText })
  @IsOptional()
  readonly frontendDir!: string | null;
}

/** @throws ConfigurationError */
export const loadApiConfig = (environment: Environment): LoadedConfiguration<ApiConfig> =>
  loadConfiguration(ApiConfig, environment, UNUSED_VARIABLES);
