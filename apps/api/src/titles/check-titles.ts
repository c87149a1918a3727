import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import {
  findPrefixProblem,
  findRepeatedTitles,
  findTitleProblem,
  type TitleProblem,
} from '#app/commons-client';
import type { CheckedTitleDto } from '#app/protocol';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { PersonClients } from '../upstreams/person-clients.js';
import { PrefixBlacklist } from './prefix-blacklist.js';

/** As many as the API takes in one request. */
const TITLES_A_REQUEST = 50;
/** Requests at once; the person's uploads go on beside them. */
const REQUESTS = 2;

const toChecked = (title: string, problem: TitleProblem | null): CheckedTitleDto =>
  problem ? { title, ok: false, code: problem.code, message: problem.info } : { title, ok: true };

/** Tells which titles new files could have, as the person who asks. */
@Injectable()
export class CheckTitles {
  constructor(
    private readonly clients: PersonClients,
    private readonly prefixes: PrefixBlacklist,
  ) {}

  /** In the order of the titles. @throws DomainError FORBIDDEN @throws TemporaryError @throws RefusedError */
  async execute(
    user: SignedInUser,
    titles: readonly string[],
    signal: AbortSignal,
  ): Promise<CheckedTitleDto[]> {
    const prefixes = await this.prefixes.find(user);
    const repeated = findRepeatedTitles(titles);
    const problems = titles.map(
      (title, index) =>
        findTitleProblem(title) ?? findPrefixProblem(title, prefixes) ?? repeated[index] ?? null,
    );
    const found = await this.findOnWiki(
      user,
      titles.filter((_, index) => problems[index] === null),
      signal,
    );
    return titles.map((title, index) => toChecked(title, problems[index] ?? found.get(title) ?? null));
  }

  private async findOnWiki(
    user: SignedInUser,
    titles: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, TitleProblem>> {
    if (titles.length === 0) return new Map();
    const client = await this.clients.pages(user);
    const limit = pLimit(REQUESTS);
    const starts = Array.from(
      { length: Math.ceil(titles.length / TITLES_A_REQUEST) },
      (_, n) => n * TITLES_A_REQUEST,
    );
    const found = await Promise.all(
      starts.map((start) =>
        limit(() => client.checkFileTitles(titles.slice(start, start + TITLES_A_REQUEST), signal)),
      ),
    );
    return new Map(found.flatMap((problems) => [...problems]));
  }
}
