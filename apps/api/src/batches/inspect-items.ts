import { Inject, Injectable, Logger } from '@nestjs/common';
import {
  DomainError,
  type ImageSource,
  type ImageSourceName,
  type RefusedError,
  type StructuredError,
  type UploadItemDto,
} from '#app/protocol';
import { IMAGE_SOURCES, type ImageSources } from '../upstreams/image-sources.js';
import { findItemProblem } from './find-item-problem.js';

/** The person waits for the slice; what its source cannot tell by then is found out by the worker. */
const LONGEST_WAIT_MS = 10_000;

const toProblem = ({ code, message }: RefusedError): StructuredError => ({
  type: 'error',
  message: `${code}: ${message}`,
});

/** Looks at the items of a slice before anything is queued. */
@Injectable()
export class InspectItems {
  private readonly logger = new Logger(InspectItems.name);

  constructor(@Inject(IMAGE_SOURCES) private readonly sources: ImageSources) {}

  /**
   * Why each item cannot be taken, or null, in the order of the items.
   * @param inTime how long the source may be asked
   * @throws DomainError NOT_CONFIGURED
   */
  async findProblems(
    handler: ImageSourceName,
    items: readonly UploadItemDto[],
    inTime: AbortSignal = AbortSignal.timeout(LONGEST_WAIT_MS),
  ): Promise<(StructuredError | null)[]> {
    const source = this.sources[handler];
    if (source === undefined) {
      throw new DomainError('NOT_CONFIGURED', `This server does not offer ${handler}.`);
    }
    const problems = items.map(findItemProblem);
    const sound = items.filter((_, index) => problems[index] === null).map(({ id }) => id);
    const refusals = await this.findRefusals(source, sound, inTime);
    return items.map(({ id }, index) => {
      const refusal = refusals.get(id);
      return problems[index] ?? (refusal ? toProblem(refusal) : null);
    });
  }

  private async findRefusals(
    source: ImageSource,
    ids: readonly string[],
    inTime: AbortSignal,
  ): ReturnType<ImageSource['findRefusals']> {
    try {
      return await source.findRefusals(ids, inTime);
    } catch (error) {
      if (!inTime.aborted) throw error;
      this.logger.warn(`${source.name} did not tell in time whether ${ids.length} images may be uploaded.`);
      return new Map();
    }
  }
}
