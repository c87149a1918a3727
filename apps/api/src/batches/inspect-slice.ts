import { Injectable } from '@nestjs/common';
import {
  findPrefixProblem,
  findRepeatedTitles,
  normalizeFileName,
  type TitleProblem,
} from '#app/commons-client';
import { UploadRepository } from '#app/persistence';
import type { StructuredError, UploadItemDto, UploadSliceDto } from '#app/protocol';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { PrefixBlacklist } from '../titles/prefix-blacklist.js';
import { InspectItems } from './inspect-items.js';

type Problem = StructuredError | null;

const toProblem = (problem: TitleProblem | null): Problem =>
  problem && { type: 'error', message: `${problem.code}: ${problem.info}` };

/** MediaWiki compares titles without the case of their first letter, the database with it. */
const spellings = (title: string): string[] => {
  const name = normalizeFileName(title);
  const [first = ''] = name;
  return [name, first.toLowerCase() + name.slice(first.length)];
};

/** Looks at the items of a slice together with what its batch has already. */
@Injectable()
export class InspectSlice {
  constructor(
    private readonly items: InspectItems,
    private readonly prefixes: PrefixBlacklist,
    private readonly uploads: UploadRepository,
  ) {}

  /** Why each item cannot be taken, or null, in the order of the items. */
  async findProblems(user: SignedInUser, { batchid, handler, items }: UploadSliceDto): Promise<Problem[]> {
    const [problems, prefixes] = await Promise.all([
      this.items.findProblems(handler, items),
      this.prefixes.find(user),
    ]);
    return this.addRepeated(
      batchid,
      items,
      items.map(({ title }, index) => problems[index] ?? toProblem(findPrefixProblem(title, prefixes))),
    );
  }

  /** Of several items with one title, the first that can be taken has it. */
  private async addRepeated(
    batchid: number,
    items: readonly UploadItemDto[],
    problems: readonly Problem[],
  ): Promise<Problem[]> {
    const titles = items.filter((_, index) => problems[index] === null).map(({ title }) => title);
    const taken = await this.uploads.listTakenTitles(batchid, titles.flatMap(spellings));
    const repeated = findRepeatedTitles(titles, taken).values();
    return problems.map((problem) => problem ?? toProblem(repeated.next().value ?? null));
  }
}
