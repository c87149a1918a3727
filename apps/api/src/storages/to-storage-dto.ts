import type { Storage, StorageDraft, StorageResource, StoragesQuery } from '#app/persistence';
import type { LocalResourceDto, S3PlaceDto, S3ResourceDto } from './resource.dto.js';
import type { StorageDraftDto, StorageDto, StoragesQueryDto } from './storage.dto.js';

const DAY_MS = 86_400_000;

function toResourceDto(resource: StorageResource): LocalResourceDto | S3PlaceDto {
  if (resource.kind === 'local') return { ...resource };
  const { pathStyle, ...rest } = resource;
  return { ...rest, path_style: pathStyle, has_credentials: true };
}

export const toStorageDto = (storage: Storage): StorageDto => ({
  id: storage.id,
  name: storage.name,
  description: storage.description,
  resource: toResourceDto(storage.resource),
  active: storage.active,
  created_at: storage.createdAt.toISOString(),
  modified_at: storage.modifiedAt.toISOString(),
});

function toResource(dto: LocalResourceDto | S3ResourceDto): StorageResource {
  if (dto.kind === 'local') return { kind: dto.kind, directory: dto.directory };
  return {
    kind: dto.kind,
    endpoint: new URL(dto.endpoint).origin,
    region: dto.region,
    bucket: dto.bucket,
    prefix: dto.prefix ?? '',
    pathStyle: dto.path_style ?? true,
  };
}

export function toStorageDraft(dto: StorageDraftDto): StorageDraft {
  const given = dto.resource.kind === 's3' ? dto.resource.credentials : undefined;
  return {
    name: dto.name.trim(),
    description: dto.description ?? '',
    resource: toResource(dto.resource),
    active: dto.active ?? true,
    credentials: given
      ? { accessKeyId: given.access_key_id, secretAccessKey: given.secret_access_key }
      : null,
  };
}

export const toStoragesQuery = (dto: StoragesQueryDto): StoragesQuery => ({
  ...(dto.ids !== undefined && { ids: dto.ids }),
  ...(dto.keyword !== undefined && dto.keyword !== '' && { keyword: dto.keyword }),
  ...(dto.active !== undefined && { active: dto.active }),
  ...(dto.collection_id !== undefined && { collectionId: dto.collection_id }),
  ...(dto.created_from !== undefined && { createdFrom: new Date(dto.created_from) }),
  ...(dto.created_to !== undefined && {
    createdBefore: new Date(new Date(dto.created_to).getTime() + DAY_MS),
  }),
  orderBy: dto.sortby,
  asc: dto.asc,
  page: dto.page,
  size: dto.size,
});
