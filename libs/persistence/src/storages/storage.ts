import { createHash } from 'node:crypto';
import { fromJson } from '../database/json.js';
import type { S3Credentials, S3Place } from './s3-connections.js';

/** A directory by its name inside that of the default storage. */
export interface LocalResource {
  kind: 'local';
  directory: string;
}

export interface S3Resource extends S3Place {
  kind: 's3';
}

export type StorageResource = LocalResource | S3Resource;

export const STORAGE_KINDS = ['local', 's3'] as const satisfies readonly StorageResource['kind'][];

/** A storage, without its credentials. */
export interface Storage {
  id: number;
  name: string;
  description: string;
  resource: StorageResource;
  /** An inactive one takes no new exports. */
  active: boolean;
  createdAt: Date;
  modifiedAt: Date;
}

export interface StorageDraft extends Pick<Storage, 'name' | 'description' | 'resource' | 'active'> {
  /** Null: as they were, or none for a directory. */
  credentials: S3Credentials | null;
}

export const STORAGE_ORDERS = ['name', 'active', 'created', 'modified'] as const;
export type StorageOrder = (typeof STORAGE_ORDERS)[number];

export interface StoragesQuery {
  ids?: readonly number[];
  /** In the name or the description. */
  keyword?: string;
  active?: boolean;
  /** Those that hold exports of the batch or the import with this id. */
  collectionId?: number;
  createdFrom?: Date;
  /** Exclusive. */
  createdBefore?: Date;
  orderBy: StorageOrder;
  asc: boolean;
  /** From 0. */
  page: number;
  size: number;
}

export interface StorageRow {
  id: number;
  name: string;
  description: string;
  resource: string | StorageResource;
  credentials: string | null;
  active: number;
  created_at: Date;
  modified_at: Date;
}

export function toStorage(row: StorageRow): Storage {
  const resource = fromJson<StorageResource>(row.resource);
  if (resource === null) throw new Error(`Storage ${row.id} has no resource`);
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    resource,
    active: row.active === 1,
    createdAt: row.created_at,
    modifiedAt: row.modified_at,
  };
}

/** What two storages must not have in common: files in the one would be files of the other. */
export function placeKeyOf(resource: StorageResource): string {
  const parts =
    resource.kind === 'local'
      ? [resource.kind, resource.directory]
      : [resource.kind, new URL(resource.endpoint).host, resource.bucket, resource.prefix];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
