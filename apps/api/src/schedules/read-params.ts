import type { JobData } from '#app/persistence';
import type { ScheduleKind } from '#app/protocol';
import { toCategoryPage } from '../categories/to-category-page.js';
import { invalid } from './read-timing.js';
import type { ScheduleParamsDto } from './schedule.dto.js';

const MOST_BYTES = 255;
const PREFIX = 'Category:';

const TAKEN: Readonly<Record<ScheduleKind, readonly (keyof ScheduleParamsDto)[]>> = {
  'refresh-wanted-categories': [],
  'clean-cache': [],
  'import-category': ['category', 'depth'],
  'watch-collection': ['handler', 'collection', 'preset_id'],
};

/** What the kind is told, and nothing that means nothing to it. @throws DomainError VALIDATION_FAILED */
export function readParams(kind: ScheduleKind, params: ScheduleParamsDto): JobData {
  for (const [field, value] of Object.entries(params)) {
    if (value !== undefined && !TAKEN[kind].some((taken) => taken === field)) {
      throw invalid(`params.${field}`, `${field} is not for ${kind}`);
    }
  }
  if (kind === 'import-category') return { title: readTitle(params), depth: params.depth ?? 0 };
  if (kind !== 'watch-collection') return {};
  const { handler, collection, preset_id } = params;
  if (handler === undefined) throw invalid('params.handler', 'handler is needed');
  const trimmed = collection?.trim() ?? '';
  if (trimmed === '') throw invalid('params.collection', 'collection is needed');
  return { handler, collection: trimmed, ...(preset_id !== undefined && { preset_id }) };
}

function readTitle({ category }: ScheduleParamsDto): string {
  const title = category === undefined ? undefined : toCategoryPage(category)?.slice(PREFIX.length);
  if (title === undefined || Buffer.byteLength(title) > MOST_BYTES) {
    throw invalid('params.category', 'category must be what a category can be called');
  }
  return title;
}
