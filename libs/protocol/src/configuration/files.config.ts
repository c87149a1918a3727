import { ArrayNotEmpty, IsArray, IsInt, IsNotEmpty, IsNumber, Max, Min } from 'class-validator';
import { parseAllowedHosts, SOURCE_CDN_HOSTS } from '../outbound/allowed-hosts.js';
import { readNumber, readText } from './read-values.js';
import { Variable } from './variable.js';

function readAllowedHosts(text: string): string[] | undefined {
  try {
    return parseAllowedHosts(text);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Where files come from and where finished ones are kept. */
export abstract class FilesConfig {
  @Variable('DOWNLOAD_ALLOWED_HOSTS', {
    about:
      'Hosts (with *. wildcards) that files may be downloaded from, comma separated; https only. A private address, also that of an S3 storage, is reached only where an entry names its host:port.',
    fallback: SOURCE_CDN_HOSTS.join(','),
    read: readAllowedHosts,
  })
  @ArrayNotEmpty({ message: 'must list one or more hosts: each a host, a *.host or a host:port' })
  readonly downloadAllowedHosts!: readonly string[];

  @Variable('STORAGE_ALLOWED_HOSTS', {
    about:
      'Private addresses of S3 storages, each as host:port, comma separated. Unlike those in DOWNLOAD_ALLOWED_HOSTS, no file of a person is fetched from them.',
    fallback: '',
    example: 'minio.internal:9000',
    read: readAllowedHosts,
  })
  @IsArray({ message: 'must list hosts with their ports: host:port' })
  readonly storageAllowedHosts!: readonly string[];

  @Variable('EXPORT_DIR', {
    about: 'Directory of finished exports, shared by the API and the workers; local storages lie inside it.',
    fallback: '.data/exports',
    read: readText,
  })
  @IsNotEmpty({ message: 'must be set' })
  readonly exportDir!: string;

  @Variable('EXPORT_TTL_HOURS', {
    about: 'Hours after its last download at which an export is removed.',
    fallback: '24',
    read: readNumber,
  })
  @IsNumber()
  @Min(0.0001)
  @Max(87_600)
  readonly exportTtlHours!: number;

  @Variable('EXPORT_LOCK_TTL_SECONDS', {
    about: 'Seconds after which the lock on an export file of a dead process runs out.',
    fallback: '60',
    read: readNumber,
  })
  @IsInt()
  @Min(1)
  @Max(3_600)
  readonly exportLockTtlSeconds!: number;

  @Variable('EXPORT_LOCK_TIMEOUT_SECONDS', {
    about: 'Seconds to wait for the lock on an export file before the job is put back into the queue.',
    fallback: '10',
    read: readNumber,
  })
  @IsInt()
  @Min(0)
  @Max(3_600)
  readonly exportLockTimeoutSeconds!: number;
}
